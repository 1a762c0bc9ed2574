/** Every type of event that there is, with what it says: what endpoints choose from. */
export const eventTypes = {
  'meeting.created': 'A meeting is wanted; Microsoft has not been asked yet.',
  'meeting.changed': 'Its time, subject, attendees or options are wanted differently.',
  'meeting.cancel_requested': 'It is wanted no more.',
  'meeting.conference_failing': 'The calendar event exists, its join link not yet.',
  'meeting.conference_assigned': 'It has its join link.',
  'meeting.synced': 'Microsoft shows what is wanted.',
  'meeting.join_url_changed': 'It has another join link than before.',
  'meeting.failed': 'It could not be made or changed, and a person is needed; `code` says why.',
  'meeting.options_applied': 'Teams has taken over its options.',
  'meeting.options_refused': 'Teams has not taken over all of its options.',
  'meeting.cancelled': 'It is gone at Microsoft.',
  'connection.created': 'A person has connected an account.',
  'connection.expired': 'A connection does not work any more until its person connects again; `code` says why.',
  'connection.deleted': 'A connection was removed.',
  'registration.created': 'An app registration was added.',
  'registration.changed': 'An app registration was changed.',
  'registration.deleted': 'An app registration was removed.',
  'credential.added': 'An app registration has one more certificate or secret.',
  'credential.removed': 'A certificate or secret was removed.',
  'credential.expiring': 'A certificate or secret ends in `days` days.',
  'credential.expired': 'A certificate or secret has ended.',
  'tenant.created': 'A Microsoft 365 tenant was added.',
  'tenant.changed': 'The settings of a tenant were changed.',
  'tenant.consented': 'An administrator of the tenant has consented.',
  'tenant.verified': 'The tenant was asked, and it is the right one.',
  'tenant.failing': 'The tenant cannot be used; `code` says why.',
  'tenant.paused': 'Nothing is made in the tenant for now.',
  'tenant.resumed': 'The tenant is used again.',
  'tenant.pilot_started': 'The tenant is used for its pilots.',
  'tenant.went_live': 'The tenant is used for everyone who is allowed.',
  'tenant.deleted': 'The tenant was removed.',
  'organizer.added': 'Somebody of a tenant can be an organizer.',
  'organizer.matched': 'An organizer was matched with a member.',
  'organizer.allowed': 'An organizer may have meetings made for them.',
  'organizer.disallowed': 'An organizer may have no more meetings made for them.',
  'organizer.policy_announced': 'Somebody says that the organizer has the policy.',
  'organizer.policy_granted': 'The policy was proven to work for the organizer.',
  'organizer.policy_lost': 'The policy works no more for the organizer.',
  'organizer.refused': 'A person cannot be the organizer of a meeting; `code` says why.',
  'organizer.default_changed': 'A tenant has another default organizer.',
  'organizer.roster_imported': 'The list of whom the policy is for was read from a file.',
  'organizer.removed': 'An organizer was removed.',
  'webhook.failing': 'Nothing has arrived at an endpoint for an hour.',
  'webhook.disabled': 'An endpoint was disabled; `reason` says why.',
} as const satisfies Record<string, string>;

export type EventType = keyof typeof eventTypes;

const types = Object.keys(eventTypes) as EventType[];
const groups = [...new Set(types.map((type) => `${type.split('.')[0]}.*`))];

/** What may be chosen: a type, or a whole group such as `meeting.*`. */
export const choosable: readonly string[] = [...groups, ...types];
