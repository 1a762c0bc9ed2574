import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, askDry, dryRun, type Answer } from './client.ts';

const route = api.connections.reauthentication;

export type Reauthentication = Answer<typeof route.$post>;
export type AskedPerson = Reauthentication['people'][number];
export type Asking = Pick<Parameters<typeof route.$post>[0]['json'], 'mode' | 'onlyMissingScopes'>;

/** Who would be asked to connect again, and how; nothing is done. */
export const reauthenticationQuery = (json: Asking) =>
  queryOptions({
    queryKey: ['connections', 'reauthentication', json],
    queryFn: () => askDry(route.$post({ json }, dryRun)),
    placeholderData: keepPreviousData,
  });
