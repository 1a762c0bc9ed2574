import type { LocaleTexts } from '../locale.ts';

export const en: LocaleTexts = {
  formats: 'en-GB',
  name: 'English',
  templates: {
    requested: {
      subject: 'We have your request: {{eventType.title}}',
      body: `Hello {{recipient.name}},

Thank you for asking for a time with {{operator.names}}. The time below is kept for you until somebody has looked at your request.

You will hear from us by mail as soon as it is decided. Nothing else is needed from you.`,
    },
    to_approve: {
      subject: '{{visitor.name}} asks for a time: {{eventType.title}}',
      body: `Hello {{recipient.name}},

{{visitor.name}} ({{visitor.email}}) would like to meet at the time below. It is kept until you decide.`,
    },
    approved: {
      subject: 'Your time is confirmed: {{eventType.title}}',
      body: `Hello {{recipient.name}},

Good news: your time with {{operator.names}} is confirmed.

{{decision.note}}`,
    },
    declined: {
      subject: 'Your request could not be accepted: {{eventType.title}}',
      body: `Hello {{recipient.name}},

We are sorry: the time below with {{operator.names}} cannot take place.

{{reason}}

You are welcome to choose another time.`,
    },
    confirmed: {
      subject: 'You are booked: {{eventType.title}} with {{operator.names}}',
      body: `Hello {{recipient.name}},

Your time with {{operator.names}} is booked. We look forward to seeing you.`,
    },
    confirmed_staff: {
      subject: 'New booking: {{visitor.name}}, {{eventType.title}}',
      body: `Hello {{recipient.name}},

{{visitor.name}} ({{visitor.email}}) has booked a time with you.`,
    },
    rescheduled: {
      subject: 'Your time has moved: {{eventType.title}} with {{operator.names}}',
      body: `Hello {{recipient.name}},

Your time with {{operator.names}} has moved. Below is the new one.

Until now it was {{when.before}}.`,
    },
    rescheduled_staff: {
      subject: 'Moved: {{visitor.name}}, {{eventType.title}}',
      body: `Hello {{recipient.name}},

The time of {{visitor.name}} ({{visitor.email}}) has moved. Below is the new one.

Until now it was {{when.before}}.`,
    },
    cancelled: {
      subject: 'Cancelled: {{eventType.title}} with {{operator.names}}',
      body: `Hello {{recipient.name}},

The time below with {{operator.names}} has been cancelled.

{{reason}}`,
    },
    cancelled_staff: {
      subject: 'Cancelled: {{visitor.name}}, {{eventType.title}}',
      body: `Hello {{recipient.name}},

The time of {{visitor.name}} ({{visitor.email}}) has been cancelled and is free again.

{{reason}}`,
    },
    reminder: {
      subject: 'Reminder: {{eventType.title}} {{time.left}}',
      body: `Hello {{recipient.name}},

A short reminder: your time with {{operator.names}} begins {{time.left}}.`,
    },
    link_ready: {
      subject: 'The link to your meeting: {{eventType.title}}',
      body: `Hello {{recipient.name}},

The link to the Teams meeting below is ready.`,
    },
    recording_ready: {
      subject: 'What was recorded is ready: {{eventType.title}}',
      body: `Hello {{recipient.name}},

What was recorded of your meeting with {{operator.names}} is ready for you to see.`,
    },
    connect_again: {
      subject: 'Please connect your Microsoft account again: {{account}}',
      body: `Hello {{recipient.name}},

{{workspace.name}} makes Teams meetings in the calendar of {{account}}. Please sign in at Microsoft once more and agree to what is asked there. Microsoft shows what it is before you decide.

{{message}}

{{until.then}}

It takes about a minute. No meeting is cancelled.`,
    },
    reconnect_needed: {
      subject: 'Microsoft Teams needs to be connected again: {{account}}',
      body: `Hello {{recipient.name}},

Parley can no longer use the Microsoft account {{account}} of {{member.name}}. Until it is connected again, Parley makes, moves and cancels no meetings with it. Bookings are kept, and their meetings follow as soon as the account is back.

What to do
1. Open the integrations in Parley, signed in as {{member.name}}.
2. Choose “Reconnect” beside Microsoft Teams, and sign in with the same account.`,
    },
    credential_expiring: {
      subject: 'The {{credential.kind}} “{{credential.name}}” of “{{app.name}}” ends {{time.left}}',
      body: `Hello {{recipient.name}},

The {{credential.kind}} “{{credential.name}}” of the app registration “{{app.name}}” ends on {{when}}, {{time.left}}.

Nothing changes until then. Afterwards Microsoft does not accept it any more, and without another one that works, Parley can make, move and cancel no meetings for the Microsoft 365 tenants of this app registration.

{{steps}}`,
    },
    credential_expired: {
      subject: 'The {{credential.kind}} “{{credential.name}}” of “{{app.name}}” has ended',
      body: `Hello {{recipient.name}},

The {{credential.kind}} “{{credential.name}}” of the app registration “{{app.name}}” ended on {{when}}.

Microsoft does not accept it any more. If the app registration has another one that works, Parley uses that. If not, Parley can make, move and cancel no meetings for the Microsoft 365 tenants of this app registration until it has one.

{{steps}}`,
    },
    webhook_failing: {
      subject: 'Webhooks do not arrive at {{endpoint.host}}',
      body: `Hello {{recipient.name}},

Since {{since}} nothing that Parley sent to a webhook endpoint at {{endpoint.host}} has arrived.

Every message is tried again for three days. After five days without a single success the endpoint is disabled. From then on Parley asks for 30 days, at most once a day in the end, whether it answers again, and enables it by itself.

What to do
1. Open the endpoint in Parley: its deliveries show what was sent and what came back.
2. Put the receiver right, and send a test from there. As soon as one message arrives, the others follow by themselves.
3. If nobody needs the messages any more, disable or delete the endpoint.`,
    },
    webhook_resumed: {
      subject: 'Webhooks arrive at {{endpoint.host}} again',
      body: `Hello {{recipient.name}},

The webhook endpoint at {{endpoint.host}} was disabled on {{since}}, because nothing had arrived there for five days. It has now answered again, and Parley has enabled it by itself.

What did not arrive and what happened meanwhile is being sent now, the oldest first. You need not do anything.`,
    },
  },
  words: {
    what: 'What',
    when: 'When',
    furtherTimes: 'Further times',
    with: 'With',
    where: 'Where',
    guest: 'Visitor',
    guests: 'Also invited',
    visitorNote: 'Message',
    teamsMeeting: 'Microsoft Teams Meeting',
    join: 'Join Teams meeting',
    linkFollows: 'The link to the Teams meeting will follow by e-mail.',
    manage: 'Move or cancel',
    approve: 'Approve',
    decline: 'Decline',
    decideHint: 'Each link opens a page that asks once more. Opening it decides nothing.',
    openBooking: 'Open the booking in Parley',
    openConnection: 'Open the integrations in Parley',
    connectAgain: 'Connect again',
    goesOnUntilThen: 'Until then your meetings go on as before. What needs the new permissions has to wait.',
    restsUntilThen:
      'Until then Parley makes, moves and cancels no meetings in this calendar. Those that are booked keep their time, and follow as soon as the account is back.',
    connectLinkHint: 'The link works once, for this account only, within {{days}} days.',
    openRegistration: 'Open the app registration in Parley',
    openParley: 'Open Parley',
    openRecording: 'See what was recorded',
    stopReminders: 'No more reminders',
    calendarSummary: '{{eventType.title}} with {{operator.names}}',
    calendarSummaryStaff: '{{eventType.title}}: {{visitor.name}}',
    whyVisitor: 'You get this mail because this address was given for a time with {{workspace.name}}.',
    whyOperator: 'You get this mail because you take appointments for {{workspace.name}}.',
    whyAdministrator: 'You get this mail because you look after {{workspace.name}} in Parley.',
    whyNamed: 'You get this mail because your address was given for a webhook of {{workspace.name}} in Parley.',
    whyConnected: 'You get this mail because {{account}} is connected with {{workspace.name}}.',
    certificate: 'certificate',
    secret: 'client secret',
    certificateSteps: `What to do
1. Make a new certificate on the page of the app registration in Parley, and download its .cer file.
2. In Microsoft Entra, open the app registration with the application (client) ID {{app.clientId}} and upload the file under “Certificates & secrets”. Whoever has the role Application Administrator can do this.
3. Let Parley check the new one. From then on Parley uses it, and the old one can be removed. Both may exist at the same time, so no meeting is affected.`,
    secretSteps: `What to do
1. In Microsoft Entra, open the app registration with the application (client) ID {{app.clientId}} and make a new client secret under “Certificates & secrets”. Whoever has the role Application Administrator can do this.
2. Add its Value, not its Secret ID, on the page of the app registration in Parley. A certificate would last longer and never leave Parley.
3. Let Parley check the new one. From then on Parley uses it, and the old one can be removed. Both may exist at the same time, so no meeting is affected.`,
    withinADay: 'within a day',
  },
};
