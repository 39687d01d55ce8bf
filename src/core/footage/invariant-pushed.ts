// I1 of pushed images: each has its object and a key that opens it; what was destroyed has neither.

import type { ImageId } from '../brand.ts';
import { errorCode } from '../errors.ts';
import { hourKeys } from '../image/hour-keys.ts';
import { imageKey } from '../image/image-object.ts';
import type { Clock } from '../ports/clock.ts';
import type { Keys } from '../ports/keys.ts';
import type { Records } from '../ports/records.ts';
import type { Finding } from './finding.ts';
import { checkObject, type ObjectDeps } from './invariant-objects.ts';
import { own } from './invariant-owners.ts';

const pageSize = 200;

type Deps = ObjectDeps & { readonly records: Records; readonly keys?: Pick<Keys, 'unwrap'> };

/** Reads every row with an object. Without keys those of images are not tried. */
export async function* checkPushedImages(
  deps: Deps,
  looked: { images: number; bytes: number },
  owners: Map<string, string>,
): AsyncGenerator<Finding, true> {
  const keys = deps.keys === undefined ? null : opener(deps.keys);
  let after: ImageId | null = null;
  for (;;) {
    const page = await deps.records.pushedImages.page(after, pageSize);
    for (const image of page) {
      const { object, id } = image;
      const subject = `image ${id}`;
      if (object === null) continue;
      looked.images += 1;
      yield* own(owners, object.blobKey, subject);
      const { finding, bytes } = await checkObject(deps, { ...object, subject });
      looked.bytes += bytes;
      if (finding !== null) yield finding;
      if (keys === null) continue;
      try {
        await imageKey(keys, image, object);
      } catch (error) {
        const problem = `Its key does not open (${errorCode(error)}), so that nobody can see it.`;
        yield { invariant: 'I1', subject, problem };
      }
    }
    const last = page.at(-1);
    if (last === undefined) return true;
    after = last.id;
  }
}

/** Only opens. */
function opener({ unwrap }: Pick<Keys, 'unwrap'>) {
  const never = () => Promise.reject(new Error('A check wraps nothing.'));
  const keys: Pick<Keys, 'wrap' | 'unwrap'> = { wrap: never, unwrap };
  const clock: Pick<Clock, 'now'> = {
    now: () => {
      throw new Error('A check makes no keys.');
    },
  };
  return hourKeys({ keys, clock });
}
