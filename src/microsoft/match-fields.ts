/** By which of its properties a person is looked up. */
export type MatchField =
  | 'mail'
  | 'userPrincipalName'
  | 'employeeId'
  | 'onPremisesImmutableId'
  | 'id'
  | 'proxyAddress'
  | `extensionAttribute${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15}`;

export const matchFields: readonly MatchField[] = [
  'mail',
  'userPrincipalName',
  'employeeId',
  'onPremisesImmutableId',
  'id',
  'proxyAddress',
  ...([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] as const).map((n) => `extensionAttribute${n}` as const),
];
