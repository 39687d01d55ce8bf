// The AWS notifier against a server on loopback that checks what AWS checks: the signature's form, and the parameters.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../../core/ports/log.ts';
import { type Arrival, notifierContract, sampleAlert } from '../../core/ports/notifier.contract.ts';
import { awsNotifier } from './notifier.ts';
import type { AwsService } from './services.ts';

const patient = () => new AbortController().signal;
process.env.AWS_ACCESS_KEY_ID = 'AKIAEXAMPLEEXAMPLE00';
process.env.AWS_SECRET_ACCESS_KEY = 'a-secret-of-nobody';
process.env.AWS_EC2_METADATA_DISABLED = 'true';

type Behaviour = 'take' | 'refuse-for-now' | 'refuse-for-good' | 'hang';

/** What AWS answers, and what it was asked. */
async function aws(t: TestContext, service: AwsService) {
  const arrivals: Arrival[] = [];
  const bodies: string[] = [];
  let behaviour: Behaviour = 'take';
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    if (behaviour === 'hang') return;
    // AWS4-HMAC-SHA256 over at least the host and the date, for the service and region that were asked (SigV4).
    const name = service === 'sns' ? 'sns' : 'sms-voice';
    const form = new RegExp(
      `^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLEEXAMPLE00/\\d{8}/eu-central-1/${name}/aws4_request, ` +
        'SignedHeaders=[^,]*\\bhost\\b[^,]*\\bx-amz-date\\b[^,]*, Signature=[0-9a-f]{64}$',
    );
    assert.match(request.headers.authorization ?? '', form);
    bodies.push(body);
    if (behaviour !== 'take') {
      response.writeHead(behaviour === 'refuse-for-now' ? 503 : 400, { 'content-type': 'application/json' });
      const error = behaviour === 'refuse-for-now' ? 'InternalServerException' : 'ValidationException';
      response.end(
        service === 'sns'
          ? `<ErrorResponse><Error><Type>Sender</Type><Code>${error}</Code><Message>No.</Message></Error></ErrorResponse>`
          : JSON.stringify({ __type: error, message: 'No.' }),
      );
      return;
    }
    if (service === 'sns') {
      const text = new URLSearchParams(body).get('Message') ?? '';
      arrivals.push({ idempotencyKey: keyIn(text), text, snapshot: null });
      response.setHeader('content-type', 'text/xml');
      response.end(
        '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>',
      );
      return;
    }
    const { MessageBody: text, Context } = JSON.parse(body);
    arrivals.push({ idempotencyKey: Context.alert, text, snapshot: null });
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end('{"MessageId":"m"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    arrivals,
    bodies,
    behave: (how: Behaviour) => {
      behaviour = how;
    },
  };
}

/** SNS has no place for the key: it is seen by the link in the text. */
function keyIn(text: string): string {
  return /incidents\/([\w-]+)/.exec(text)?.[1] ?? '';
}

function open(t: TestContext, service: AwsService, kind: 'sms' | 'voice', endpoint: string) {
  const place = { region: 'eu-central-1', endpoint, sender: '+49305550000', log: silentLog };
  const notifier = awsNotifier({ kind, service, ...place });
  t.after(() => notifier.close());
  return notifier;
}

for (const [service, kind] of [
  ['sns', 'sms'],
  ['end-user-messaging', 'sms'],
  ['end-user-messaging', 'voice'],
] as const) {
  notifierContract(`${kind} over ${service}`, async (t) => {
    const { endpoint, arrivals, behave } = await aws(t, service);
    return {
      notifier: open(t, service, kind, endpoint),
      target: { kind, number: '+49301234567' },
      lacks: kind === 'sms' ? ['picture'] : ['picture', 'link'],
      arrivals: () => arrivals,
      behave,
      secrets: ['a-secret-of-nobody', 'AKIAEXAMPLEEXAMPLE00'],
    };
  });
}

test('text messages are transactional, and come from the sender', async (t) => {
  const sns = await aws(t, 'sns');
  const target = { kind: 'sms', number: '+49301234567' } as const;
  await open(t, 'sns', 'sms', sns.endpoint).send(sampleAlert('key'), target, patient());
  const asked = new URLSearchParams(sns.bodies[0]);
  assert.equal(asked.get('Action'), 'Publish');
  assert.equal(asked.get('PhoneNumber'), '+49301234567');
  assert.match(sns.bodies[0] ?? '', /SMSType.*Transactional/);
  const messaging = await aws(t, 'end-user-messaging');
  await open(t, 'end-user-messaging', 'sms', messaging.endpoint).send(sampleAlert('key'), target, patient());
  assert.deepEqual(JSON.parse(messaging.bodies[0] ?? ''), {
    DestinationPhoneNumber: '+49301234567',
    MessageBody: sampleAlert('key').short,
    MessageType: 'TRANSACTIONAL',
    OriginationIdentity: '+49305550000',
    Context: { alert: 'key' },
  });
});

test('an endpoint where nobody listens is tried again, a number that is none is not', async (t) => {
  const notifier = open(t, 'sns', 'sms', 'http://127.0.0.1:9');
  const away = await notifier.send(sampleAlert('key'), { kind: 'sms', number: '+49301234567' }, patient());
  assert.ok(away.outcome === 'failed' && away.retry);
  const none = await notifier.send(sampleAlert('key'), { kind: 'sms', number: '12' }, patient());
  assert.ok(none.outcome === 'failed' && !none.retry);
});
