import { createSignInToken } from '../access/service.ts';
import { openWorld, type Command } from './world.ts';

/** `parley sign-in <e-mail>`: prints a one-time link to the console for a member. Throws when nobody has that e-mail. */
export async function printSignInLink(command: Command): Promise<void> {
  const [email] = command.args;
  if (!email) throw new Error('Whose link? Run: parley sign-in you@example.com');
  const world = await openWorld(command);
  try {
    const members = await world.database.db
      .selectFrom('members')
      .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
      .select(['members.id', 'members.name', 'workspaces.name as workspace'])
      .where((where) => where(where.fn('lower', ['members.email']), '=', email.toLowerCase()))
      .execute();
    if (members.length === 0) throw new Error(`Nobody with the e-mail ${email} is a member of a workspace here.`);
    for (const member of members) {
      const token = await createSignInToken({ db: world.database.db, now: command.now }, member.id);
      command.print(`${member.name}, ${member.workspace}: ${world.config.server.publicUrl}/sign-in/${token}`);
    }
    command.print('Each link works once, for 15 minutes.');
  } finally {
    await world.close();
  }
}
