// The light build of hls.js (no subtitles, no DRM, no alternate audio) has the same types as the full one.

declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
