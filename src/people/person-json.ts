import { z } from '@hono/zod-openapi';
import { instantOut } from '../http/router.ts';
import type { ContactRow, OrganisationRow } from './person.ts';

const externalId = z
  .string()
  .nullable()
  .openapi({ description: 'Your own id; unique among its kind in the workspace.' });

export const organisationSchema = z
  .object({
    id: z.string(),
    externalId,
    name: z.string(),
    defaultEmail: z.string().nullable().openapi({ description: 'Who is invited where none of its contacts is named.' }),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('Organisation');

export const contactSchema = z
  .object({
    id: z.string(),
    externalId,
    name: z.string(),
    email: z.string(),
    organisationId: z.string().nullable(),
    organisationName: z.string().nullable(),
    timeZone: z.string().nullable(),
    locale: z.string().nullable(),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('Contact');

export const foundUserSchema = z
  .object({
    id: z.string().openapi({ description: 'A member’s id, or the object id of somebody in a directory.' }),
    name: z.string(),
    email: z.string(),
    from: z.enum(['member', 'directory']),
  })
  .openapi('FoundUser');

/** An organisation as the API shows it. */
export function presentOrganisation(row: OrganisationRow): z.infer<typeof organisationSchema> {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    defaultEmail: row.default_email,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** A contact as the API shows it. */
export function presentContact(row: ContactRow): z.infer<typeof contactSchema> {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    email: row.email,
    organisationId: row.organisation_id,
    organisationName: row.organisation_name,
    timeZone: row.time_zone,
    locale: row.locale,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
