import type { Tenant } from '../api/queries.ts';

export type Rule = Tenant['identityRules']['operator'];
export type RemoteField = Rule['remote'];

const remotes: Partial<Record<RemoteField, string>> = {
  mail: 'main e-mail address',
  userPrincipalName: 'sign-in name',
  employeeId: 'employee id',
  onPremisesImmutableId: 'on-premises id',
  id: 'object id',
  proxyAddress: 'e-mail address, main or other',
};

/** What the directory calls a person by. */
export const remoteFields: RemoteField[] = [
  'mail',
  'userPrincipalName',
  'employeeId',
  'onPremisesImmutableId',
  'id',
  'proxyAddress',
  ...([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] as const).map((n) => `extensionAttribute${n}` as const),
];

/** `employee id`, `extension attribute 3` */
export function remoteWords(field: RemoteField): string {
  return remotes[field] ?? field.replace('extensionAttribute', 'extension attribute ');
}

/** `E-mail address`, `Attribute “staffId”` */
export function localWords(local: string): string {
  return local === 'email' ? 'E-mail address' : `Attribute “${attributeOf(local) ?? local}”`;
}

/** The name of the attribute that a rule reads, if it reads one. */
export function attributeOf(local: string): string | undefined {
  return local.startsWith('attribute:') ? local.slice('attribute:'.length) : undefined;
}
