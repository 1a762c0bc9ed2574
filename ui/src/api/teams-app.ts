import { queryOptions } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';

const teamsApp = api['teams-app'];

export type TeamsApp = Answer<typeof teamsApp.$get>;
export type TeamsAppSettings = TeamsApp['settings'];

export const teamsAppQuery = queryOptions({ queryKey: ['teams-app'], queryFn: () => ask(teamsApp.$get()) });

/** Changes what is given; the next package has it. */
export function changeTeamsApp(change: Partial<TeamsAppSettings>): Promise<TeamsApp> {
  return ask(teamsApp.$put({ json: change }));
}

/** Where the browser gets the zip. */
export const packageAddress = '/v1/teams-app/package';
