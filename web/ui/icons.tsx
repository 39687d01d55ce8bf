// The icon set: 24-unit outlines that take the colour of the text around them.

import type { ReactNode } from 'react';

const shapes = {
  overview: (
    <>
      <rect x="3.5" y="4" width="7" height="7" rx="1.8" />
      <rect x="13.5" y="4" width="7" height="7" rx="1.8" />
      <rect x="3.5" y="14" width="7" height="6" rx="1.8" />
      <rect x="13.5" y="14" width="7" height="6" rx="1.8" />
    </>
  ),
  incidents: (
    <>
      <path d="M12 3.2 4.6 6v5.6c0 4.5 3 7.9 7.4 9.2 4.4-1.3 7.4-4.7 7.4-9.2V6Z" />
      <path d="M12 8.4v4.2" />
      <path d="M12 15.9h.01" />
    </>
  ),
  reports: (
    <>
      <path d="M4 4v14.5A1.5 1.5 0 0 0 5.5 20H20" />
      <path d="M8.5 16v-4.5M13 16V7.5M17.5 16v-6.5" />
    </>
  ),
  duty: (
    <>
      <rect x="2.8" y="4.5" width="18.4" height="12" rx="2.2" />
      <path d="M8.5 20h7M12 16.5V20" />
      <path d="m7 11.5 2.4-2.6 2.3 3.2 1.9-2.4 3.4 1.8" />
    </>
  ),
  sound: (
    <>
      <path d="M4.2 9.6v4.8h3.2l4.4 3.7V5.9L7.4 9.6Z" />
      <path d="M15.2 9.2a4 4 0 0 1 0 5.6M17.8 6.6a7.6 7.6 0 0 1 0 10.8" />
    </>
  ),
  silent: (
    <>
      <path d="M4.2 9.6v4.8h3.2l4.4 3.7V5.9L7.4 9.6Z" />
      <path d="m15.6 9.6 4.8 4.8M20.4 9.6l-4.8 4.8" />
    </>
  ),
  filter: <path d="M4 6.5h16M7 12h10M10 17.5h4" />,
  bell: (
    <>
      <path d="M6 9.6a6 6 0 0 1 12 0c0 4.6 1.8 6 1.8 6H4.2S6 14.2 6 9.6Z" />
      <path d="M9.9 19a2.2 2.2 0 0 0 4.2 0" />
    </>
  ),
  path: (
    <>
      <circle cx="5.6" cy="18.4" r="2.4" />
      <path d="M8 18.4h6.8a3.4 3.4 0 0 0 0-6.8H9.2a3.4 3.4 0 0 1 0-6.8H14" />
      <circle cx="17.4" cy="4.8" r="2.4" />
    </>
  ),
  camera: (
    <>
      <rect x="2.8" y="6.5" width="12.6" height="11" rx="2.6" />
      <path d="m15.4 10.6 5.8-3v8.8l-5.8-3Z" />
    </>
  ),
  home: (
    <>
      <path d="m3.8 11.2 8.2-7 8.2 7" />
      <path d="M6 9.6V19a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V9.6" />
      <path d="M10 20v-5.2h4V20" />
    </>
  ),
  away: (
    <>
      <path d="M12 3.2 4.6 6v5.6c0 4.5 3 7.9 7.4 9.2 4.4-1.3 7.4-4.7 7.4-9.2V6Z" />
      <path d="m8.8 11.9 2.3 2.3 4.3-4.5" />
    </>
  ),
  disarmed: (
    <>
      <path d="M12 3.2 4.6 6v5.6c0 4.5 3 7.9 7.4 9.2 4.4-1.3 7.4-4.7 7.4-9.2V6Z" />
      <path d="m4 3.6 16 17" />
    </>
  ),
  zones: (
    <>
      <path d="M4.5 6.5 14 4.2l5.5 6.3-3 8.5-9.7-2Z" />
      <circle cx="4.5" cy="6.5" r="1.4" />
      <circle cx="14" cy="4.2" r="1.4" />
      <circle cx="19.5" cy="10.5" r="1.4" />
    </>
  ),
  undo: <path d="M8.5 5 4 9.5 8.5 14M4.5 9.5h9a6 6 0 0 1 0 12H9" />,
  line: <path d="M5 19 19 5M13.5 16.5l5 2M16.5 13.5l2 5" />,
  mask: <path d="M4 6.5h16v11H4Zm3 11 11-11M4 15l8.5-8.5M12 17.5 20 9.5" />,
  entry: <path d="M13 4.500h6v15h-6M4.500 12h9m-3.500-3.500 3.500 3.500-3.500 3.500" />,
  plus: <path d="M12 5v14M5 12h14" />,
  check: <path d="m5 12.6 4.4 4.4L19 7.4" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  back: <path d="m14.5 5.5-6.5 6.5 6.5 6.5" />,
  next: <path d="m9.5 5.5 6.5 6.5-6.5 6.5" />,
  down: <path d="m6 9 6 6 6-6" />,
  play: <path d="M8 5.2v13.6L18.8 12Z" fill="currentColor" />,
  pause: <path d="M8.5 5.5v13M15.5 5.5v13" strokeWidth="3" />,
  back10: (
    <>
      <path d="M5.6 6.6A8.3 8.3 0 1 1 3.7 12" />
      <path d="M5.2 2.9v4.2h4.2" />
      <path
        d="M9.6 15.5V9.7l-1.5.9M14.3 9.5c-1.3 0-2 1.2-2 3.1s.7 3.1 2 3.1 2-1.2 2-3.1-.7-3.1-2-3.1Z"
        strokeWidth="1.5"
      />
    </>
  ),
  forward10: (
    <>
      <path d="M18.4 6.6A8.3 8.3 0 1 0 20.3 12" />
      <path d="M18.8 2.9v4.2h-4.2" />
      <path
        d="M9.2 15.5V9.7l-1.5.9M13.9 9.5c-1.3 0-2 1.2-2 3.1s.7 3.1 2 3.1 2-1.2 2-3.1-.7-3.1-2-3.1Z"
        strokeWidth="1.5"
      />
    </>
  ),
  previousActivity: (
    <>
      <path d="M18.5 6.2v11.6L9.5 12Z" fill="currentColor" />
      <path d="M6 6v12" />
    </>
  ),
  nextActivity: (
    <>
      <path d="M5.5 6.2v11.6L14.5 12Z" fill="currentColor" />
      <path d="M18 6v12" />
    </>
  ),
  expand: (
    <path d="M9 4H5a1 1 0 0 0-1 1v4M15 4h4a1 1 0 0 1 1 1v4M9 20H5a1 1 0 0 1-1-1v-4M15 20h4a1 1 0 0 0 1-1v-4" />
  ),
  zoomIn: (
    <>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m20 20-4.3-4.3M11 8.2v5.6M8.2 11h5.6" />
    </>
  ),
  zoomOut: (
    <>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m20 20-4.3-4.3M8.2 11h5.6" />
    </>
  ),
  settings: (
    <>
      <path d="M4 7.5h9M17.5 7.5H20M4 16.5h2.5M11 16.5h9" />
      <circle cx="15.2" cy="7.5" r="2.3" />
      <circle cx="8.8" cy="16.5" r="2.3" />
    </>
  ),
  more: (
    <>
      <circle cx="5.5" cy="12" r="1.2" fill="currentColor" />
      <circle cx="12" cy="12" r="1.2" fill="currentColor" />
      <circle cx="18.5" cy="12" r="1.2" fill="currentColor" />
    </>
  ),
  trash: (
    <>
      <path d="M4.5 6.8h15M9.5 6.5V4.7a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1v1.8" />
      <path d="m6.5 7 .8 12a1.2 1.2 0 0 0 1.2 1.1h7a1.2 1.2 0 0 0 1.2-1.1l.8-12M10.3 10.8v5.6M13.7 10.8v5.6" />
    </>
  ),
  mail: (
    <>
      <rect x="3.5" y="5.5" width="17" height="13" rx="2.4" />
      <path d="m4.2 7.5 7.8 5.7 7.8-5.7" />
    </>
  ),
  webhook: (
    <>
      <path d="M9.2 13.5 12 8.7a3.3 3.3 0 1 0-3-1.7" />
      <path d="m12.2 7 3.2 5.6a3.3 3.3 0 1 1-1.5 3.7" />
      <path d="M14.2 16.8H8a3.3 3.3 0 1 1-2.6-4" />
    </>
  ),
  push: (
    <>
      <rect x="3.5" y="5" width="17" height="11.5" rx="2.2" />
      <path d="M9 20h6M12 16.5V20" />
      <circle cx="18.4" cy="6.4" r="2.6" fill="currentColor" stroke="none" />
    </>
  ),
  sms: (
    <>
      <path d="M6.2 4.5h11.6A2.7 2.7 0 0 1 20.5 7.2v6.6a2.7 2.7 0 0 1-2.7 2.7H11l-4.2 3.4v-3.4h-.6a2.7 2.7 0 0 1-2.7-2.7V7.2a2.7 2.7 0 0 1 2.7-2.7Z" />
      <path d="M8 9h8M8 12.2h5" />
    </>
  ),
  voice: (
    <path d="M5.2 4.2h3.1l1.6 4-2 1.5a12.4 12.4 0 0 0 5.9 5.9l1.5-2 4 1.6v3.1a1.7 1.7 0 0 1-1.9 1.7C10.5 19.300 4.600 13.500 3.500 6.100a1.700 1.700 0 0 1 1.700-1.900Z" />
  ),
  topic: (
    <>
      <circle cx="6" cy="18" r="1.6" fill="currentColor" />
      <path d="M6 11.500a6.500 6.500 0 0 1 6.500 6.500M6 5.500A12.500 12.500 0 0 1 18.500 18" />
    </>
  ),
  grip: (
    <>
      <circle cx="9.2" cy="6.500" r="1.200" fill="currentColor" />
      <circle cx="14.800" cy="6.500" r="1.200" fill="currentColor" />
      <circle cx="9.200" cy="12" r="1.200" fill="currentColor" />
      <circle cx="14.800" cy="12" r="1.200" fill="currentColor" />
      <circle cx="9.200" cy="17.500" r="1.200" fill="currentColor" />
      <circle cx="14.800" cy="17.500" r="1.200" fill="currentColor" />
    </>
  ),
  up: <path d="m6 15 6-6 6 6" />,
  person: (
    <>
      <circle cx="12" cy="7.8" r="3.6" />
      <path d="M5 19.8c.7-4 3.5-6.2 7-6.2s6.3 2.2 7 6.2Z" />
    </>
  ),
  vehicle: (
    <>
      <path d="M4 16.8v-4l2-5.2a1.5 1.5 0 0 1 1.4-1h9.2a1.5 1.5 0 0 1 1.4 1l2 5.2v4Z" />
      <path d="M4.5 12.5h15M6 16.8v1.7M18 16.8v1.7" />
    </>
  ),
  animal: (
    <>
      <circle cx="7" cy="10.5" r="1.6" />
      <circle cx="17" cy="10.5" r="1.6" />
      <circle cx="10" cy="6.5" r="1.6" />
      <circle cx="14" cy="6.5" r="1.6" />
      <path d="M12 11.5c-2.6 0-4.8 3-4.8 5.2 0 1.4 1.1 2 2.3 2 1 0 1.7-.5 2.5-.5s1.5.5 2.5.5c1.2 0 2.3-.6 2.3-2 0-2.2-2.2-5.2-4.8-5.2Z" />
    </>
  ),
  sensor: (
    <>
      <rect x="9" y="3.8" width="6" height="16.4" rx="1.6" />
      <path d="M12 7.2v2.6M5.6 8.4a5.6 5.6 0 0 0 0 7.2M18.4 8.4a5.6 5.6 0 0 1 0 7.2" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="8.2" />
      <path d="M12 7.5V12l3 2.2" />
    </>
  ),
  warning: (
    <>
      <path d="M12 4.2 2.9 19.3h18.2Z" />
      <path d="M12 10v4.3M12 16.8h.01" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 11v5M12 8h.01" />
    </>
  ),
  link: (
    <>
      <path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1" />
      <path d="M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1" />
    </>
  ),
  file: (
    <>
      <path d="M6.5 3.5h7l4.5 4.5V19a1.5 1.5 0 0 1-1.5 1.5h-10A1.5 1.5 0 0 1 5 19V5a1.5 1.5 0 0 1 1.5-1.5Z" />
      <path d="M13.5 3.7V8h4.3M10 12v5l4-2.5Z" />
    </>
  ),
  sun: (
    <>
      <circle cx="12" cy="12" r="3.8" />
      <path d="M12 3.2v1.9M12 18.9v1.9M3.2 12h1.9M18.9 12h1.9M5.8 5.8l1.3 1.3M16.9 16.9l1.3 1.3M5.8 18.2l1.3-1.3M16.9 7.1l1.3-1.3" />
    </>
  ),
  moon: <path d="M19.8 14.2A8.2 8.2 0 0 1 9.8 4.2a8.2 8.2 0 1 0 10 10Z" />,
  auto: (
    <>
      <circle cx="12" cy="12" r="8.3" />
      <path d="M12 3.7v16.6a8.3 8.3 0 0 0 0-16.6Z" fill="currentColor" />
    </>
  ),
  signOut: (
    <>
      <path d="M10 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H10" />
      <path d="M14.5 8.2 18.3 12l-3.8 3.8M18 12H9.5" />
    </>
  ),
  copy: (
    <>
      <rect x="8.5" y="8.5" width="11" height="11" rx="2.2" />
      <path d="M15.5 8.3V6.5a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h1.8" />
    </>
  ),
  eye: (
    <>
      <path d="M2.8 12S6 5.8 12 5.8 21.2 12 21.2 12 18 18.2 12 18.2 2.8 12 2.8 12Z" />
      <circle cx="12" cy="12" r="2.8" />
    </>
  ),
  search: (
    <>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m20 20-4.3-4.3" />
    </>
  ),
  sorted: <path d="M12 19V5.5M6 11.2l6-6 6 6" />,
  people: (
    <>
      <circle cx="9" cy="8.2" r="3.2" />
      <path d="M2.8 19.2c.6-3.6 3.1-5.5 6.2-5.5s5.6 1.9 6.2 5.5Z" />
      <path d="M15.4 5.2a3.2 3.2 0 0 1 0 6M17.6 14.3c1.9.8 3.2 2.5 3.6 4.9" />
    </>
  ),
  organization: (
    <>
      <path d="M5 20.2V5.4a1.2 1.2 0 0 1 1.2-1.2h7.6A1.2 1.2 0 0 1 15 5.4v14.8" />
      <path d="M15 10h3a1.2 1.2 0 0 1 1.2 1.2v9M3 20.2h18M8.5 8.4h3M8.5 12h3M8.5 15.6h3" />
    </>
  ),
  key: (
    <>
      <circle cx="8" cy="15.8" r="4" />
      <path d="m11 13 8.4-8.4M16 8l2.8 2.8M13.2 10.8l1.7 1.7" />
    </>
  ),
  send: <path d="M20.5 3.8 10.3 14M20.5 3.8 14.2 20.5l-3.9-6.5-6.5-3.9Z" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

/** An icon. It is decoration: the words beside it, or the label of its button, say what it means. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}
