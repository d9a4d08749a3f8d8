import { encode } from 'uqr';

/** Light squares around the code, without which cameras do not find it. */
const MARGIN = 4;

/** A text to be read by the camera of a phone. Dark on light in any theme. */
export function QrPicture({ text, label }: { text: string; label: string }) {
  const { data: rows, size } = encode(text, { border: MARGIN });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      className="k-security-qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <path d={`M0 0h${size}v${size}H0z`} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
