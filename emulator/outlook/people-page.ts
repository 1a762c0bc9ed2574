import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { eventsOf } from '../graph/mailboxes.ts';
import type { Mailbox } from './mailbox.ts';
import { inboxOf, mailboxOf, outsideAddresses, pathOf } from './mailbox.ts';
import type { Html } from './page.ts';
import { outlookPage } from './page.ts';
import { primaryAddress } from '../graph/access.ts';

/** Everyone with a mailbox, tenant by tenant, and every outside address that received something. */
export function peoplePage(context: Context): Promise<Response> {
  const outside = outsideAddresses(context);
  return outlookPage({
    title: 'Outlook',
    body: html`<div class="head">
        <h1>Outlook</h1>
        <span class="quiet"
          >Every mailbox of the emulated tenants, and everyone outside who received mail from them.</span
        >
      </div>
      ${[...context.directory.tenants.values()].map((tenant) => tenantCard(context, tenant.id, tenant.displayName))}
      <section class="card" aria-labelledby="outside">
        <h2 id="outside">Outside addresses</h2>
        ${
          outside.length === 0
            ? html`<p class="quiet">
                Nobody outside has received anything yet. Invite someone to a meeting and they appear here.
              </p>`
            : html`<ul class="people">
                ${outside.map((address) => personLink(context, mailboxOf(context, address)))}
              </ul>`
        }
      </section>`,
  });
}

function tenantCard(context: Context, tenantId: string, name: string): Html {
  const people = [...context.directory.users.values()].filter(
    (user) => user.tenantId === tenantId && user.mailbox !== null,
  );
  return html`<section class="card" aria-labelledby="tenant-${tenantId}">
    <h2 id="tenant-${tenantId}">${name}</h2>
    <ul class="people">
      ${people.map((user) => personLink(context, mailboxOf(context, primaryAddress(user))))}
    </ul>
  </section>`;
}

function personLink(context: Context, mailbox: Mailbox): Html {
  const messages = inboxOf(context, mailbox).length;
  const events = mailbox.user === undefined ? 0 : eventsOf(context.mailboxes, mailbox.user.id).length;
  const counts = [count(events, 'event'), count(messages, 'message')].filter(Boolean).join(', ');
  return html`<li>
    <a href="${pathOf(mailbox, mailbox.user === undefined ? 'inbox' : 'calendar')}">
      <b>${mailbox.name}</b>
      <small>${mailbox.user === undefined ? '' : mailbox.address}</small>
      <small>${counts === '' ? 'empty' : counts}</small>
    </a>
  </li>`;
}

function count(number: number, noun: string): string {
  if (number === 0) return '';
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
