#include "handles.h"

CURL *handles_take(struct handles *handles) {
  pthread_mutex_lock(&handles->lock);
  CURL *easy = handles->count > 0 ? handles->kept[--handles->count] : NULL;
  pthread_mutex_unlock(&handles->lock);
  return easy ? easy : curl_easy_init();
}

void handles_give(struct handles *handles, CURL *easy) {
  if (!easy) {
    return;
  }
  curl_easy_reset(easy);
  pthread_mutex_lock(&handles->lock);
  if (handles->count < HANDLES_KEPT) {
    handles->kept[handles->count++] = easy;
    easy = NULL;
  }
  pthread_mutex_unlock(&handles->lock);
  curl_easy_cleanup(easy);
}
