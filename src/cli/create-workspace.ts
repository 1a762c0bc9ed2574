import { parseArgs } from 'node:util';
import { createSignInToken, createWorkspace } from '../access/service.ts';
import { openWorld, type Command } from './world.ts';

/** `parley create-workspace --name … --email …`: makes a workspace with its owner and prints the owner's sign-in link. */
export async function createWorkspaceCommand(command: Command): Promise<void> {
  const { values } = parseArgs({
    args: command.args,
    options: {
      name: { type: 'string' },
      slug: { type: 'string' },
      email: { type: 'string' },
      owner: { type: 'string' },
      zone: { type: 'string', default: 'UTC' },
    },
  });
  const { name, email } = values;
  if (!name || !email)
    throw new Error(
      'Run: parley create-workspace --name "Front desk" --email you@example.com [--slug front-desk] [--owner "Your Name"] [--zone Europe/Berlin]',
    );
  const world = await openWorld(command);
  try {
    const deps = { db: world.database.db, now: command.now, keyRing: world.keyRing };
    const { memberId } = await createWorkspace(deps, {
      name,
      slug: values.slug ?? slugOf(name),
      owner: { email, name: values.owner ?? email.slice(0, email.indexOf('@')), role: 'owner', timeZone: values.zone },
    });
    const token = await createSignInToken(deps, memberId);
    command.print(
      `Made the workspace “${name}”. Sign in once, within 15 minutes: ${world.config.server.publicUrl}/sign-in/${token}`,
    );
  } finally {
    await world.close();
  }
}

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return slug || 'workspace';
}
