import { describeConfig } from '../config.ts';
import { readConfig, type Command } from './world.ts';

/** `parley config`: every setting, secrets redacted, with where it came from. */
export function printConfig(command: Command): void {
  for (const { setting, value, source } of describeConfig(readConfig(command))) {
    command.print(`${setting.padEnd(28)} ${value || '(not set)'}  [${source}]`);
  }
}
