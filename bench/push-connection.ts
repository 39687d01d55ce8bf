// A long-lived connection that posts images one after the other: raw HTTP/1.1, so that the load costs little beside what it loads.

import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Connection {
  /** Posts one; resolves with the answer. One at a time. Errors: whatever ended the connection. */
  post(head: string, pieces: readonly Uint8Array[]): Promise<Answer>;
  close(): void;
}

/** Connects with the first post, and again after it was cut. */
export function openConnection(port: number): Connection {
  let socket: Socket | null = null;
  let waiting: PromiseWithResolvers<Answer> | null = null;
  let read = '';

  function fail(error: Error): void {
    socket?.destroy();
    socket = null;
    waiting?.reject(error);
    waiting = null;
  }

  function connected(): Socket {
    if (socket !== null) return socket;
    const made = connect({ host: '127.0.0.1', port, noDelay: true });
    read = '';
    made.setEncoding('latin1');
    made.on('data', (text: string) => {
      read += text;
      const answer = wholeAnswer(read);
      if (answer === null) return;
      read = '';
      waiting?.resolve(answer);
      waiting = null;
    });
    made.on('error', fail);
    made.on('close', () => {
      if (socket === made) fail(new Error('The connection was closed.'));
    });
    socket = made;
    return made;
  }

  return {
    post(head, pieces) {
      const answer = Promise.withResolvers<Answer>();
      waiting = answer;
      const to = connected();
      to.cork();
      to.write(head, 'latin1');
      for (const piece of pieces) to.write(piece);
      to.uncork();
      return answer.promise;
    },
    close() {
      socket?.removeAllListeners('close');
      socket?.destroy();
    },
  };
}

/** The one answer that was read, once it is there in full: with a length, or in chunks (RFC 9112 §6, §7.1). */
export function wholeAnswer(text: string): Answer | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = text.slice(0, end);
  const body = text.slice(end + 4);
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return body.length < Number(length) ? null : { status, body };
  return body.endsWith('0\r\n\r\n') ? { status, body } : null;
}
