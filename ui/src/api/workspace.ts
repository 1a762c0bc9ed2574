import { queryOptions } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';

export type Workspace = Answer<typeof api.workspace.$get>;
export type WorkspaceChanges = Parameters<typeof api.workspace.$patch>[0]['json'];

/** What holds for the whole workspace. */
export const workspaceQuery = queryOptions({
  queryKey: ['workspace'],
  queryFn: () => ask(api.workspace.$get()),
});
