import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { Delivery, Subscription } from '../notifications/notifications.ts';
import type { Html } from '../page.ts';
import { lifecycleEvents } from './notifications.ts';

/** Who listens to changes, what goes wrong on purpose, and what was sent. */
export function notificationsSection(context: Context): Html {
  const { subscriptions, waiting, deliveries } = context.notifications;
  return html`${
      subscriptions.size === 0
        ? html`<p class="quiet">Nobody listens to changes.</p>`
        : subscriptionTable(context, [...subscriptions.values()])
    }
    ${mischiefForm(context)}
    <form class="row" method="post" action="/control/forms/deliver">
      <button>Send what is due</button>
      <span class="quiet small">${waiting.length} waiting. While the emulator listens this happens by itself.</span>
    </form>
    <form class="row" method="post" action="/control/forms/lose-delta-tokens">
      <button>Lose all delta tokens</button>
      <span class="quiet small">Readers of changes have to read everything again.</span>
    </form>
    ${deliveryTable(deliveries)}`;
}

function subscriptionTable(context: Context, subscriptions: Subscription[]): Html {
  return html`<div class="scroll">
    <table>
      <tr>
        <th scope="col">App</th>
        <th scope="col">Of</th>
        <th scope="col">Changes</th>
        <th scope="col">Sent to</th>
        <th scope="col">Ends (UTC)</th>
        <th scope="col">Tell it by hand</th>
      </tr>
      ${subscriptions.map(
        (one) =>
          html`<tr>
            <td>${context.directory.apps.get(one.clientId)?.displayName ?? one.clientId}</td>
            <td>${ownerText(context, one)}</td>
            <td>${one.artifacts ? one.artifacts.kind : 'events'}: ${one.changeType}</td>
            <td><code>${one.notificationUrl}</code></td>
            <td>${new Date(one.expiresAt).toISOString().slice(0, 16).replace('T', ' ')}</td>
            <td>
              ${
                one.lifecycleNotificationUrl === null
                  ? html`<span class="quiet">It gave no address for that.</span>`
                  : lifecycleEvents.map(
                      (event) =>
                        html`<form method="post" action="/control/forms/lifecycle">
                          <input type="hidden" name="id" value="${one.id}" />
                          <button name="event" value="${event}">${event}</button>
                        </form> `,
                    )
              }
            </td>
          </tr>`,
      )}
    </table>
  </div>`;
}

function ownerText(context: Context, { ownerId, tenantId }: Subscription): string {
  if (ownerId === null) return `all of ${context.directory.tenants.get(tenantId)?.displayName ?? tenantId}`;
  return context.directory.users.get(ownerId)?.displayName ?? ownerId;
}

function mischiefForm(context: Context): Html {
  const { loseNext, duplicateNext, outOfOrder, delayMs } = context.notifications.mischief;
  const number = (name: string, label: string, value: number) =>
    html`<label>${label} <input name="${name}" type="number" min="0" value="${value}" style="width:7rem" /></label>`;
  return html`<form class="row" method="post" action="/control/forms/mischief">
    ${number('loseNext', 'Lose the next', loseNext)} ${number('duplicateNext', 'Send the next twice', duplicateNext)}
    ${number('delayMs', 'Send later by (ms)', delayMs)}
    <label
      >Order
      <select name="outOfOrder">
        <option value="false">oldest first</option>
        <option value="true" ${outOfOrder ? 'selected' : ''}>newest first</option>
      </select></label
    >
    <button>Set</button>
  </form>`;
}

function deliveryTable(deliveries: Delivery[]): Html {
  if (deliveries.length === 0) return html`<p class="quiet">Nothing was sent yet.</p>`;
  return html`<div class="scroll">
    <table>
      <tr>
        <th scope="col">Time (UTC)</th>
        <th scope="col">Sent to</th>
        <th scope="col">What</th>
        <th scope="col">Outcome</th>
      </tr>
      ${deliveries
        .slice(-25)
        .toReversed()
        .map(
          (one) =>
            html`<tr>
              <td>${new Date(one.at).toISOString().slice(11, 23)}</td>
              <td><code>${one.url}</code></td>
              <td>${one.kind === 'validation' ? 'Does it want notifications?' : noticesIn(one)}</td>
              <td class="${one.outcome === 'accepted' ? 'good' : 'bad'}">${one.outcome} (${one.detail})</td>
            </tr>`,
        )}
    </table>
  </div>`;
}

function noticesIn({ notices }: Delivery): Html {
  const words = notices.map((notice) => String(notice['lifecycleEvent'] ?? notice['changeType']));
  return html`<details style="margin:0">
    <summary>${words.join(', ')}</summary>
    <code style="white-space:pre-wrap">${JSON.stringify(notices, null, 1)}</code>
  </details>`;
}
