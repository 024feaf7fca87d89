/* http2_faults.h - what a server can do to its client over HTTP/2, by name.
 *
 *   rst_stream       RST_STREAM with INTERNAL_ERROR instead of an answer
 *   refused_stream   RST_STREAM with REFUSED_STREAM: counted as refused, not among the requests
 *   goaway_below     GOAWAY that leaves the request out, then the end: counted as refused, too
 *   goaway_above     GOAWAY that does not, then an answer; later requests on it are not even read
 *   half_data        200 and half of the body, then the end of the connection
 *   half_data_reset  200 and half of the body, then RST_STREAM with INTERNAL_ERROR
 *   silence          not a byte any more on the whole connection, not even for PING
 *   silent_stream    no answer to this request, while the connection lives on
 *   drop_before, reset_before   FIN or RST of the connection instead of an answer
 *
 * and "sequence" and those of faults.h that are for any version. With keep_then_ before its name each
 * is done once: to the first request of the tag that is not the first of the connection; those before
 * and after it meet "ok". keep_then_die and keep_then_reset keep their names of HTTP/1.1. */
#ifndef FAULT_SERVER_HTTP2_FAULTS_H
#define FAULT_SERVER_HTTP2_FAULTS_H

#include "faults.h"

/* NULL when there is no fault of this name, without keep_then_, for HTTP/2. */
const struct fault *http2_fault_find(const char *name);

#endif
