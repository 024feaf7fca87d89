#include "handles.h"

/* libcurl has a lock for a moment when it makes one; a fork takes ours, and so that one is free then. */
CURL *handles_take(struct handles *handles) {
  pthread_mutex_lock(&handles->lock);
  CURL *easy = handles->count > 0 ? handles->kept[--handles->count] : curl_easy_init();
  pthread_mutex_unlock(&handles->lock);
  return easy;
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

bool handles_leave(struct handles *handles, CURL *easy) {
  pthread_mutex_lock(&handles->lock);
  bool has_room = !easy || handles->left_count < HANDLES_KEPT;
  if (easy && has_room) {
    handles->left[handles->left_count++] = easy;
  }
  pthread_mutex_unlock(&handles->lock);
  return has_room;
}

static CURL *take_left(struct handles *handles) {
  pthread_mutex_lock(&handles->lock);
  CURL *easy = handles->left_count > 0 ? handles->left[--handles->left_count] : NULL;
  pthread_mutex_unlock(&handles->lock);
  return easy;
}

void handles_collect(struct handles *handles) {
  CURL *easy;
  while ((easy = take_left(handles))) {
    handles_give(handles, easy);
  }
}
