// A QR code (ISO/IEC 18004), drawn as one path: dark on light in every theme, as cameras expect it.

import { encode } from 'uqr';
import { qrPath } from './qr-path.ts';

/** Light modules around the code that readers need (ISO/IEC 18004 §6.3.8). */
const quietZone = 4;

export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone });
  return (
    <svg className="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={qrPath(data)} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
