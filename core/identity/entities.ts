/**
 * Entities of administration: where a unit of work pays for itself (an account with its appointments is one thing).
 * The tables are made by `core/storage/sql`; nothing here makes or alters any.
 */
import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';

export const OrganisationEntity = defineEntity({
  name: 'Organisation',
  tableName: 'organisation',
  properties: {
    id: p.integer().primary(),
    parent: () => p.manyToOne(OrganisationEntity).nullable(),
    level: p.string(),
    name: p.string(),
    fullName: p.string(),
    closedOn: p.type('date').nullable(),
  },
});

export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'app_user',
  properties: {
    id: p.uuid().primary(),
    login: p.string(),
    passwordHash: p.string().hidden(),
    personId: p.uuid().nullable(),
    mustChangePassword: p.boolean(),
    blockedAt: p.datetime().nullable(),
    // Optimistic: two administrators who change one account at once do not overwrite each other.
    version: p.integer().version(),
    appointments: () => p.oneToMany(AppointmentEntity).mappedBy('user'),
  },
});

export const AppointmentEntity = defineEntity({
  name: 'Appointment',
  tableName: 'appointment',
  properties: {
    id: p.uuid().primary(),
    user: () => p.manyToOne(UserEntity),
    organisation: () => p.manyToOne(OrganisationEntity),
    role: p.string(),
    orderNumber: p.string().nullable(),
    orderDate: p.type('date').nullable(),
    validFrom: p.type('date'),
    validTo: p.type('date').nullable(),
  },
});

export type User = InferEntity<typeof UserEntity>;
export type Appointment = InferEntity<typeof AppointmentEntity>;
