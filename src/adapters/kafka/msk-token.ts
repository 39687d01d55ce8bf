// Who Vedette is to Amazon MSK with IAM: a signed URL as a bearer token, made anew for every connection.

import { VedetteError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret | null;
}

/**
 * A token for the mechanism OAUTHBEARER, good for 15 minutes: brokers ask again before it ends.
 * Errors: `queue-refused` where the signer is not installed or there are no credentials.
 */
export async function mskToken({
  region,
  credentials,
}: {
  region: string;
  credentials: AwsCredentials | null;
}): Promise<string> {
  const signer = await import('aws-msk-iam-sasl-signer-js').catch((cause: unknown) => {
    const detail = 'Kafka with IAM needs the package aws-msk-iam-sasl-signer-js: npm install it.';
    throw new VedetteError('queue-refused', detail, { cause });
  });
  try {
    if (credentials === null) return (await signer.generateAuthToken({ region })).token;
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const awsCredentialsProvider = async () => ({
      accessKeyId,
      secretAccessKey: secretAccessKey.reveal(),
      ...(sessionToken === null ? {} : { sessionToken: sessionToken.reveal() }),
    });
    const options = { region, awsCredentialsProvider };
    return (await signer.generateAuthTokenFromCredentialsProvider(options)).token;
  } catch (cause) {
    const detail =
      'There are no AWS credentials to sign in to Kafka with. Give the machine a role, or set them.';
    throw new VedetteError('queue-refused', detail, { cause });
  }
}
