// What may be wrong with a camera, each as a sentence that says what to do. `where` names it without credentials.

import { VedetteError } from '../../../core/errors.ts';

export function late(where: string): VedetteError {
  return new VedetteError(
    'source-timeout',
    `${where}: the camera does not answer in time. Check its network, and restart it if this goes on.`,
  );
}

export function silent(where: string): VedetteError {
  return new VedetteError(
    'source-timeout',
    `${where}: the camera stopped sending. Check its power and network.`,
  );
}

export function closed(where: string, cause?: unknown): VedetteError {
  return new VedetteError(
    'source-failed',
    `${where}: the camera closed the connection. It may be restarting or have too many viewers: close others, or restart it.`,
    { cause },
  );
}

export function ended(where: string): VedetteError {
  return new VedetteError(
    'source-failed',
    `${where}: the camera ended the stream. It may be restarting; look at its settings if this goes on.`,
  );
}

/** `isKnown`: we had a user name to try. */
export function refused(where: string, isKnown: boolean): VedetteError {
  const why = isKnown
    ? 'the camera refuses the user name or password. Enter them again in the settings of this camera.'
    : 'the camera wants a user name and password. Enter them in the settings of this camera.';
  return new VedetteError('source-credentials', `${where}: ${why}`);
}

/** What an answer with another status than 2xx means (RFC 2326, 7.1.1). */
export function errorAnswer(where: string, status: number, hasCredentials: boolean): VedetteError {
  if (status === 401 || status === 403) return refused(where, hasCredentials);
  if (status === 404) {
    return new VedetteError(
      'source-not-found',
      `${where}: the camera has no stream at this path. Look the path up in the camera's manual or settings.`,
    );
  }
  return new VedetteError('source-failed', `${where}: ${answerWords(status)}`);
}

function answerWords(status: number): string {
  if (status === 453 || status === 503) {
    return `the camera is too busy (error ${status}). Close other viewers of it, or restart it.`;
  }
  return status >= 500
    ? `the camera answers with error ${status}: something is wrong inside it. Restart it, or update its software.`
    : `the camera refuses the request (error ${status}). Check the path of its address, and restart it.`;
}

/** We take video only over the connection that was checked: over UDP anybody could send it. */
export function onlyUdp(where: string): VedetteError {
  return new VedetteError(
    'source-not-video',
    `${where}: the camera sends its video only over UDP. Switch its RTSP transport to TCP ("RTP over RTSP", "interleaved") in its settings.`,
  );
}

/** `why`: what it does instead. */
export function notRtsp(where: string, why: string): VedetteError {
  return new VedetteError(
    'source-not-video',
    `${where}: what answers there ${why}. Check the port of the address: cameras mostly use 554.`,
  );
}

/** Why the connection could not be made or broke, by the error of the socket. */
export function connectionFault(where: string, cause: Error & { code?: string }): VedetteError {
  if (cause instanceof VedetteError) return cause;
  const { code = '' } = cause;
  if (code === 'ETIMEDOUT') return late(where);
  if (code === 'ECONNRESET' || code === 'EPIPE') return closed(where, cause);
  return new VedetteError('source-unreachable', `${where}: ${unreachableWords(code)}`, { cause });
}

function unreachableWords(code: string): string {
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return 'the camera does not answer with TLS. Try an address with rtsp:// instead of rtsps://.';
  }
  if (code === 'ECONNREFUSED') {
    return 'nothing answers at this port. Check the port, and that RTSP is switched on in the camera.';
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return 'no host of this name is known. Check the address, or use the number of the camera instead of a name.';
  }
  return 'the camera does not answer. Check its address, power and network.';
}
