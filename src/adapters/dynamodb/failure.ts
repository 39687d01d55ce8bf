// What DynamoDB's errors mean to us: worth another try, a refusal, or no answer.

import { VedetteError } from '../../core/errors.ts';

/** Too much at once, of the table or of one key: it is to be asked again, later. */
const throttles = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'ReplicatedWriteConflictException',
  'TransactionConflictException',
]);

/** By the name of an error: no retry helps. */
const refusals: Readonly<Record<string, string>> = {
  SdkMissing: 'The SDK of AWS is not installed. Run npm install @aws-sdk/client-dynamodb.',
  CredentialsProviderError:
    'No credentials for DynamoDB were found. Give this process a role, or an access key in the address.',
  ResourceNotFoundException:
    'The table is missing. Make it, or add create=true to the address and let Vedette make it.',
  UnrecognizedClientException: 'DynamoDB does not know this access key.',
  InvalidSignatureException: 'DynamoDB refuses the secret of this access key.',
  ExpiredTokenException: 'The credentials for DynamoDB have expired.',
};

/** By the code of a socket's error, where DynamoDB is not reached at all. */
const unreached: Readonly<Record<string, string>> = {
  ENOTFOUND: 'There is no such host of DynamoDB. Check the region and the endpoint in VEDETTE_CACHE_URL.',
  EAI_AGAIN: 'The host of DynamoDB cannot be looked up now. Check the DNS of this machine.',
  ECONNREFUSED: 'Nothing answers where DynamoDB should be. Check the endpoint in VEDETTE_CACHE_URL.',
};

/** Whether the same may work when it is asked again. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (throttles.has(error.name)) return true;
  const status = statusOf(error);
  if (status !== null) return status >= 500;
  // No answer: given up by us, or a connection that broke.
  return (
    ['AbortError', 'TimeoutError'].includes(error.name) || ('code' in error && !(error.name in refusals))
  );
}

/** `error` as ours: refused where no retry helps, else without an answer. Ours stay what they are. */
export function cacheFailure(error: unknown): VedetteError {
  if (error instanceof VedetteError) return error;
  if (error instanceof Error && isForeign(error)) {
    const code = isTransient(error) ? 'cache-unavailable' : 'cache-refused';
    return new VedetteError(code, foreignSentence(statusOf(error)), { cause: error });
  }
  if (!(error instanceof Error) || isTransient(error)) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return new VedetteError('cache-unavailable', unreached[code], { cause: error });
  }
  if (error.name === 'AccessDeniedException') {
    return new VedetteError('cache-refused', forbidden(error.message), { cause: error });
  }
  const sentence = /^Region is missing/i.test(error.message)
    ? 'The address of DynamoDB needs a region, such as region=eu-central-1.'
    : (refusals[error.name] ?? `DynamoDB refuses this: ${error.message}`);
  return new VedetteError('cache-refused', sentence, { cause: error });
}

/** Something answered that is no answer of DynamoDB: its errors have names, its answers are JSON. */
function isForeign(error: Error): boolean {
  if (/Deserialization error/.test(error.message)) return true;
  if ('code' in error && String(error.code).startsWith('HPE_')) return true;
  // Of a server in trouble, DynamoDB's too, there may be no name.
  return /^Unknown(Error)?$/.test(error.name) && (statusOf(error) ?? 500) < 500;
}

function foreignSentence(status: number | null): string {
  const said = status === null ? '' : ` (${status})`;
  return `What answers where DynamoDB should be is not DynamoDB${said}. Check the endpoint in VEDETTE_CACHE_URL, and a proxy between.`;
}

/** The service names the action, and in it whose role it is about: only the first is told. */
function forbidden(message: string): string {
  const action = /\bdynamodb:[A-Za-z]+/.exec(message)?.[0] ?? 'this';
  return `DynamoDB does not allow ${action} on the table to this process. Allow it in the policy of its role.`;
}

function statusOf(error: Error): number | null {
  const metadata = '$metadata' in error ? error.$metadata : null;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}
