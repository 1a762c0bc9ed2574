import { useQuery } from '@tanstack/react-query';
import { meQuery, type Me } from '../api/queries.ts';

/** Who is signed in. Only below the shell, which waits for it. */
export function useMe(): Me & { mayManage: boolean; mayBook: boolean } {
  const { data } = useQuery(meQuery);
  if (!data) throw new TypeError('useMe outside the shell');
  const { role } = data.member;
  return { ...data, mayManage: role === 'owner' || role === 'admin', mayBook: role !== 'viewer' };
}
