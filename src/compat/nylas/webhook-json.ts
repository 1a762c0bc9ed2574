import { nylasTypes } from '../../webhooks/format.ts';
import type { EndpointRow } from '../../webhooks/webhook.ts';
import { epoch } from './envelope.ts';

/** An endpoint as a webhook destination of version 3. */
export function presentDestination(row: EndpointRow) {
  return {
    id: row.id,
    description: row.description,
    trigger_types: row.types === null ? [...nylasTypes] : row.types,
    webhook_url: row.url,
    status: statusOf(row),
    notification_email_addresses: row.also_warn,
    status_updated_at: epoch(row.disabled_at ?? row.failing_since ?? row.updated_at),
    created_at: epoch(row.created_at),
    updated_at: epoch(row.updated_at),
  };
}

function statusOf({ status, disabled_reason: reason, failing_since: since }: EndpointRow) {
  if (status === 'disabled') return reason === 'person' ? 'pause' : 'failed';
  return since === null ? 'active' : 'failing';
}
