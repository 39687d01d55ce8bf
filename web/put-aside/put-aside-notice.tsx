// On the first page: that images were put aside, for who can do something about it.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Me } from '../../src/http/contract/session.ts';
import { may } from '../app/may.ts';
import { Notice } from '../ui/notice.tsx';
import { count } from '../ui/words.ts';
import { putAsideQuery } from './queries.ts';

export function PutAsideNotice({ me }: { me: Me }) {
  const { data = [] } = useQuery({ ...putAsideQuery, enabled: may(me, 'manage-cameras') });
  if (data.length === 0) return null;
  return (
    <Notice tone="busy">
      {count(data.length, 'pushed image')} {data.length === 1 ? 'was' : 'were'} put aside.{' '}
      <Link to="/put-aside">See why</Link>
    </Notice>
  );
}
