// Words that others chose (paths, addresses, answers of servers): some lines of them, the rest in the title.

/** Shorter ones always fit into the lines that are shown, in characters. */
const longFrom = 160;

export function Clamped({ children }: { children: string }) {
  return (
    <span className="clamp" title={children.length >= longFrom ? children : undefined}>
      {children}
    </span>
  );
}
