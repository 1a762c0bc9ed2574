// Written by scripts/write-client.ts from docs/openapi.json.

import type { Send } from '../send.ts';
import { bookings } from './bookings.ts';
import { eventTypes } from './event-types.ts';
import { availability } from './availability.ts';
import { meetings } from './meetings.ts';
import { operations } from './operations.ts';
import { artifacts } from './artifacts.ts';
import { people } from './people.ts';
import { webhooks } from './webhooks.ts';
import { events } from './events.ts';
import { mail } from './mail.ts';
import { access } from './access.ts';
import { connections } from './connections.ts';
import { appRegistrations } from './app-registrations.ts';
import { tenants } from './tenants.ts';
import { organizers } from './organizers.ts';
import { setup } from './setup.ts';
import { teamsApp } from './teams-app.ts';
import { diagnostics } from './diagnostics.ts';
import { monitoring } from './monitoring.ts';

export const createResources = (send: Send) => ({
  bookings: bookings(send),
  eventTypes: eventTypes(send),
  availability: availability(send),
  meetings: meetings(send),
  operations: operations(send),
  artifacts: artifacts(send),
  people: people(send),
  webhooks: webhooks(send),
  events: events(send),
  mail: mail(send),
  access: access(send),
  connections: connections(send),
  appRegistrations: appRegistrations(send),
  tenants: tenants(send),
  organizers: organizers(send),
  setup: setup(send),
  teamsApp: teamsApp(send),
  diagnostics: diagnostics(send),
  monitoring: monitoring(send),
});

export type Resources = ReturnType<typeof createResources>;
