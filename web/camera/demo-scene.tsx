// A small drawing of what the demo camera shows: a house at dusk, and somebody at the gate.

export function DemoScene() {
  return (
    <svg className="demo-scene" viewBox="0 0 240 110" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <defs>
        <linearGradient id="demo-sky" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#27397a" />
          <stop offset="0.65" stopColor="#8b6fb5" />
          <stop offset="1" stopColor="#f3a683" />
        </linearGradient>
        <linearGradient id="demo-light" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#ffe08a" stopOpacity="0.7" />
          <stop offset="1" stopColor="#ffe08a" stopOpacity="0" />
        </linearGradient>
      </defs>
      <rect width="240" height="110" fill="url(#demo-sky)" />
      <circle cx="196" cy="24" r="9" fill="#fff3d0" opacity="0.9" />
      <path d="M0 74 Q60 52 120 70 T240 62 V110 H0Z" fill="#3b4a6b" />
      <path d="M0 84 Q90 74 240 82 V110 H0Z" fill="#2c3a4f" />
      <path d="M34 84 V54 L62 34 L90 54 V84Z" fill="#1f2940" />
      <path d="M28 57 L62 32 L96 57" fill="none" stroke="#141b2d" strokeWidth="5" strokeLinejoin="round" />
      <rect x="56" y="64" width="13" height="20" rx="1.5" fill="#3a2c3f" />
      <rect x="40" y="58" width="10" height="10" rx="1.5" fill="#ffd977" />
      <rect x="75" y="58" width="10" height="10" rx="1.5" fill="#ffd977" />
      <circle cx="62" cy="48" r="2.4" fill="#ffe9a8" />
      <path d="M62 48 L40 96 H96Z" fill="url(#demo-light)" opacity="0.5" />
      <path d="M206 86 V60" stroke="#1b2436" strokeWidth="4" />
      <circle cx="206" cy="52" r="16" fill="#22304a" />
      <circle cx="216" cy="60" r="11" fill="#1d2941" />
      <g stroke="#182033" strokeWidth="2.4">
        <path d="M112 92 V74 M122 92 V74 M172 92 V74 M182 92 V74 M192 92 V74" />
        <path d="M108 79 H126 M168 79 H196" />
      </g>
      <g className="demo-person" fill="#101725">
        <circle cx="148" cy="61" r="4.4" />
        <path d="M143 67 q5 -3 10 0 l1.5 15 h-13Z" />
        <path d="M144 80 l-3 14 M151 80 l4 14" stroke="#101725" strokeWidth="3.4" strokeLinecap="round" />
      </g>
      <rect
        className="demo-box"
        x="136"
        y="53"
        width="24"
        height="45"
        rx="3"
        fill="none"
        stroke="#ffb83d"
        strokeWidth="1.8"
      />
    </svg>
  );
}
