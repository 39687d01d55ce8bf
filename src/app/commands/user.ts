// vedette user

import { parseArgs } from 'node:util';
import { VedetteError } from '../../core/errors.ts';
import { readSettings } from '../settings.ts';
import { hasDatabase } from '../wire/folder.ts';
import { openHouse } from '../wire/house.ts';
import { openLog } from '../wire/log.ts';
import { openPeople, publicUrlOf } from '../wire/people.ts';
import { askPassword } from './password.ts';
import type { Command } from './table.ts';
import { type UserAction, type UserOptions, userActions } from './user-actions.ts';

const options = {
  email: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  organization: { type: 'string' },
  site: { type: 'string', multiple: true },
  'password-stdin': { type: 'boolean', default: false },
  'second-factor': { type: 'boolean', default: false },
} as const;

export const user: Command = {
  usage:
    'vedette user list | add | reset | disable | enable [--email E] [--name N] [--role R] [--organization O] [--site S]... [--second-factor] [--password-stdin]',
  summary:
    'Helps people who are locked out: lists accounts, adds one, sets a new password (and removes second factor and passkeys), ' +
    'disables or enables one. Asks for passwords. Needs a stopped server.',
  run: async (words, environment) => {
    const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options });
    const action = actionOf(positionals);
    const given: UserOptions = {
      ...values,
      sites: values.site ?? [],
      removeSecondFactor: values['second-factor'],
      askPassword: () => askPassword({ fromStdin: values['password-stdin'] }),
    };
    const settings = readSettings(environment);
    // Opening a folder makes what is missing: a new installation, which is not what was asked for.
    if (!(await hasDatabase(settings.VEDETTE_DATA))) {
      throw new VedetteError(
        'not-found',
        `There is no data of Vedette in ${settings.VEDETTE_DATA}. Set VEDETTE_DATA.`,
      );
    }
    const log = openLog({
      ...settings,
      VEDETTE_LOG_LEVEL: environment.VEDETTE_LOG_LEVEL ? settings.VEDETTE_LOG_LEVEL : 'warn',
    });
    await using house = await openHouse(settings, log);
    const lines = await action(
      { ...house, ...(await openPeople(house, settings, publicUrlOf(settings))) },
      given,
    );
    process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
    return 0;
  },
};

function actionOf(positionals: readonly string[]): UserAction {
  const [name = '', ...more] = positionals;
  const action = Object.hasOwn(userActions, name) ? userActions[name] : undefined;
  // Also a password that somebody typed as a word: it is not repeated.
  if (action !== undefined && more.length === 0) return action;
  throw new VedetteError('request-invalid', `Use ${Object.keys(userActions).join(', ')}: ${user.usage}`);
}

/** People choose their names; none of them may move the cursor or colour the terminal. */
function printable(line: string): string {
  return line.replace(/\p{C}/gu, '?');
}
