import { graph, type GraphDeps } from './graph.ts';
import { userAnswer } from './wire.ts';

export type Profile = {
  /** Graph's id of the user; for personal accounts it is not the `oid` of the ID token. */
  id: string;
  displayName: string | undefined;
  mail: string | undefined;
  userPrincipalName: string | undefined;
};

/** The signed-in user (needs `User.Read`). */
export async function getMe(
  deps: GraphDeps,
  accessToken: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Profile> {
  const user = await graph(deps, {
    accessToken,
    method: 'GET',
    path: '/me?$select=id,displayName,mail,userPrincipalName',
    schema: userAnswer,
    signal: options.signal,
  });
  return {
    id: user.id,
    displayName: user.displayName ?? undefined,
    mail: user.mail ?? undefined,
    userPrincipalName: user.userPrincipalName ?? undefined,
  };
}
