import type { AuditSearch } from '../api/audit.ts';
import { auditActions } from './audit-words.ts';

/** What an address asks for, without what cannot be asked for. */
export function auditSearchOf(raw: Record<string, unknown>): AuditSearch {
  const text = (name: string, pattern: RegExp) => {
    const value = raw[name];
    return typeof value === 'string' && pattern.test(value) ? value : undefined;
  };
  const search = {
    action: auditActions.find((action) => action === raw['action']),
    actor: text('actor', /^\S{1,320}$/),
    about: text('about', /^[a-z]{3}_\w{1,60}$/),
    from: text('from', dayPattern),
    to: text('to', dayPattern),
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
