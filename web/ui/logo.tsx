// The mark of Vedette: a V that opens like a field of view, with the sentry's lantern above it.

import { useId } from 'react';

export function Mark({ size = 32 }: { size?: number }) {
  // Two marks on one page must not share a gradient: where one is hidden, the other would lose its ground.
  const gradient = useId();
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" className="mark">
      <defs>
        <linearGradient id={gradient} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#5b7cff" />
          <stop offset="1" stopColor="#2c3fc4" />
        </linearGradient>
      </defs>
      <rect width="64" height="64" rx="15" fill={`url(#${gradient})`} />
      <path
        d="M14 20 L32 50 L50 20"
        fill="none"
        stroke="#fff"
        strokeWidth="7.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="32" cy="19" r="6.5" fill="#ffc857" />
    </svg>
  );
}

export function Logo() {
  return (
    <span className="logo">
      <Mark size={30} />
      <span className="logo-word">Vedette</span>
    </span>
  );
}
