// RTSP 1.0 messages (RFC 2326): what is written to a camera, and the head of what it answers.

/** The head of a message; names of headers are in lower case. */
export interface MessageHead {
  /** Null where it is a request of the camera's own. */
  readonly status: number | null;
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

export interface Message extends MessageHead {
  readonly body: string;
}

/** Reads a message's head, without the empty line that ends it; null where it is not RTSP. */
export function parseHead(text: string): MessageHead | null {
  const lines = text.replaceAll('\0', '').split(/\r\n|\n|\r/);
  const first = lines.shift() ?? '';
  const answer = /^RTSP\/\d\.\d (\d{3})(?: |$)/.exec(first);
  if (answer === null && !/^[A-Z_]+ \S+ RTSP\/\d\.\d$/.test(first)) return null;
  const headers = new Map<string, string[]>();
  let last: string[] = [];
  for (const line of lines) {
    const folded = /^[ \t]+(.*)$/.exec(line);
    if (folded !== null && last.length > 0) {
      last.push(`${last.pop() ?? ''} ${folded[1] ?? ''}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    last = headers.get(name) ?? [];
    last.push(line.slice(colon + 1).trim());
    headers.set(name, last);
  }
  return { status: answer === null ? null : Number(answer[1]), headers };
}

/** The first header called `name` (in lower case), or null. */
export function header(message: MessageHead, name: string): string | null {
  return message.headers.get(name)?.[0] ?? null;
}

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Writes a request. A line break in a value would let whoever wrote it add headers: such a value is refused. */
export function writeRequest({ method, url, headers }: Request): string {
  const lines = [
    `${method} ${url} RTSP/1.0`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  if (lines.some((line) => /[\r\n\0]/.test(line))) {
    throw new TypeError(`A line break in the headers of ${method}.`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
