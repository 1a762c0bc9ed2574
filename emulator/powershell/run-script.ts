import type { Context } from '../context.ts';
import type { Cmdlet, Session } from './cmdlet.ts';
import { directoryCmdlets } from './directory-cmdlets.ts';
import { exchangeCmdlets } from './exchange-cmdlets.ts';
import { printed } from './format.ts';
import { runStatements } from './interpreter.ts';
import { parseScript } from './parser.ts';
import { aliases, shellCmdlets } from './shell-cmdlets.ts';
import { ScriptError } from './syntax.ts';
import { teamsCmdlets } from './teams-cmdlets.ts';

const byName = new Map<string, Cmdlet>(
  Object.entries({ ...shellCmdlets, ...teamsCmdlets, ...exchangeCmdlets, ...directoryCmdlets }).map(
    ([name, cmdlet]) => [name.toLowerCase(), cmdlet],
  ),
);
for (const [alias, name] of Object.entries(aliases)) byName.set(alias, byName.get(name.toLowerCase()) as Cmdlet);

/** What can be asked for, by subject. */
export const documentedCmdlets = {
  Teams: Object.keys(teamsCmdlets),
  Exchange: Object.keys(exchangeCmdlets),
  Directory: Object.keys(directoryCmdlets),
  Shell: Object.keys(shellCmdlets),
};

/**
 * Runs a PowerShell script as an administrator of the tenant: the part of the language and the commands that
 * instructions use. The first error ends the script; what was done before it stays done.
 */
export function runScript(
  context: Context,
  input: { tenantId: string; script: string },
): { output: string; error?: string } {
  const session: Session = {
    context,
    tenantId: input.tenantId,
    variables: new Map(),
    output: [],
    runBlock: () => [],
  };
  try {
    runStatements(session, byName, parseScript(input.script));
    return { output: printed(session.output) };
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    const command = error.command === undefined ? '' : `${error.command}: `;
    const line = error.line === undefined ? '' : `\nAt line ${error.line}`;
    return { output: printed(session.output), error: `${command}${error.message}${line}` };
  }
}
