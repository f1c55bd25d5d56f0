import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';

/**
 * Plain fields are shareable, so that a subgraph over the organisation's own directory can serve them too; joins are ours
 * alone. The tag `personal` marks what is about the person and tells no accounts apart, for contracts that leave it out.
 */
@Directive('@key(fields: "id")')
@Directive('@key(fields: "userPrincipalName")')
@ObjectType({
  description:
    'An account of the tenant, from Microsoft Graph `users`. Needs Security.Read; the gateway reads it with Directory.Read.All or User.Read.All.',
  simpleResolvers: true,
})
export class User {
  readonly __typename: 'User';

  @Field(() => ID, {
    description: 'Object id in the directory, a GUID. The risky user of this account has the same id.',
  })
  id: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Sign-in name in the form of a mail address; unique, compared without case. Null when the upstream leaves it out.',
  })
  userPrincipalName: string | null;

  @Directive('@shareable')
  @Field(() => String, { nullable: true, description: 'Name as address books show it.' })
  displayName: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'First name; null when not maintained.' })
  givenName: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'Family name; null when not maintained.' })
  surname: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'Position in the organisation; null when not maintained.' })
  jobTitle: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'Department in the organisation; null when not maintained.' })
  department: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'Company that the person belongs to, often set for guests.' })
  companyName: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, {
    nullable: true,
    description: 'Number of the person at the employer; null when not maintained.',
  })
  employeeId: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'Primary mail address; null when the account has no mailbox.' })
  mail: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'Mobile telephone number; null when not maintained.' })
  mobilePhone: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => [String], { description: 'Office telephone numbers; may be empty.' })
  businessPhones: readonly string[];

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'Room or building; null when not maintained.' })
  officeLocation: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'City of the person; null when not maintained.' })
  city: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'Country or region of the person; null when not maintained.' })
  country: string | null;

  @Directive('@shareable')
  @Directive('@tag(name: "personal")')
  @Field(() => String, { nullable: true, description: 'Language as an ISO 639-1 code with region, such as `en-US`.' })
  preferredLanguage: string | null;

  @Directive('@shareable')
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the account may sign in; null when the upstream leaves it out.',
  })
  accountEnabled: boolean | null;

  @Directive('@shareable')
  @Field(() => String, { nullable: true, description: '`Member` or `Guest`; null on old accounts.' })
  userType: string | null;

  @Directive('@shareable')
  @Field(() => DateTime, { nullable: true, description: 'When the account was created.' })
  createdDateTime: string | null;

  @Directive('@shareable')
  @Field(() => String, {
    nullable: true,
    description: 'sAMAccountName of a synchronised account; null for cloud accounts.',
  })
  onPremisesSamAccountName: string | null;

  @Directive('@shareable')
  @Field(() => String, {
    nullable: true,
    description: 'Windows security identifier (SID) of a synchronised account; null for cloud accounts.',
  })
  onPremisesSecurityIdentifier: string | null;

  @Directive('@shareable')
  @Field(() => Boolean, {
    nullable: true,
    description: 'True when the account is synchronised from on premises; null when it never was.',
  })
  onPremisesSyncEnabled: boolean | null;

  @Directive('@shareable')
  @Field(() => String, { nullable: true, description: 'Security identifier (SID) of the account in the cloud.' })
  securityIdentifier: string | null;
}

export const UserConnection = createConnectionType('User', () => User);
