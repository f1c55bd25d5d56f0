import { JSONResolver, SafeIntResolver } from 'graphql-scalars';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { mcasFileAccessLevel, mcasFileType } from '../enums/mcasInventory.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';

@ObjectType({ description: 'Somebody who can use a file.', simpleResolvers: true })
export class MCASFileCollaborator {
  @Field(() => ID, { nullable: true, description: 'Id inside the app, often an e-mail address.' })
  id: string | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  name: string | null;

  @Field(() => String, { nullable: true, description: 'Role, such as `OWNER`; an open set.' })
  role: string | null;

  @Field(() => Int, { nullable: true, description: "The upstream's number of what they may do." })
  accessLevel: number | null;

  @Field(() => String, { nullable: true, description: 'Kind, such as `USER`; an open set.' })
  type: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'A file in a cloud app, as Microsoft Defender for Cloud Apps (MCAS) knows it. Needs Security.Read; the upstream gives files for a legacy API token only, which the gateway has from `MCAS_TOKEN`.',
  simpleResolvers: true,
})
export class MCASFile {
  readonly __typename: 'MCASFile';

  @Field(() => ID, { description: "The upstream's `_id`." })
  id: string;

  @Field(() => ID, { nullable: true, description: 'Id in the app, such as `<drive>|<item>`.' })
  idInApp: string | null;

  @Field(() => String, { nullable: true, description: 'Name. Chosen by a user, so not to be trusted.' })
  name: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the app.' })
  appId: number | null;

  @Field(() => Int, { nullable: true, description: 'Id of the app, as accounts name it.' })
  saasId: number | null;

  @Field(() => Int, { nullable: true, description: 'Instance of the app.' })
  instanceId: number | null;

  @Field(() => String, { nullable: true, description: 'Name of the app.' })
  appName: string | null;

  @Field(() => SafeIntResolver, { nullable: true, description: 'Size in bytes.' })
  fileSize: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was made.' })
  createdDate: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last changed; lists are ordered by it.' })
  modifiedDate: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the copy that was scanned was last changed.' })
  snapshotLastModifiedDate: string | null;

  @Field(() => mcasFileType.type, { nullable: true, description: 'Kind of file.' })
  fileType: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word or number for `fileType`." })
  rawFileType: string | null;

  @Field(() => mcasFileAccessLevel.type, { nullable: true, description: 'Who can read it.' })
  fileAccessLevel: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word or number for `fileAccessLevel`." })
  rawFileAccessLevel: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's word for its state, such as `EXISTS`." })
  fileStatus: string | null;

  @Field(() => String, { nullable: true, description: 'Media type.' })
  mimeType: string | null;

  @Field(() => String, { nullable: true, description: 'Ending of the name, without a dot.' })
  fileExtension: string | null;

  @Field(() => String, { nullable: true, description: 'Path in the app.' })
  filePath: string | null;

  @Field(() => String, { nullable: true, description: 'Site that holds it.' })
  sitePath: string | null;

  @Field(() => ID, { nullable: true, description: 'Drive that holds it.' })
  driveId: string | null;

  @Field(() => ID, { nullable: true, description: 'Folder that holds it.' })
  parentId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Page of the file in its app; as the upstream wrote it, not to be followed blindly.',
  })
  alternateLink: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is a folder.' })
  isFolder: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it belongs to somebody outside.' })
  isForeign: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether no governance action can be taken on it.' })
  noGovernance: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is in the bin.' })
  trashed: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is in quarantine.' })
  quarantined: boolean | null;

  @Field(() => String, { nullable: true, description: 'E-mail address of its owner.' })
  ownerAddress: string | null;

  @Field(() => String, { nullable: true, description: 'Name of its owner.' })
  ownerName: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether its owner is outside the organisation.' })
  ownerExternal: boolean | null;

  @Field(() => [MCASFileCollaborator], { description: 'Who can use it; may be empty.' })
  collaborators: readonly MCASFileCollaborator[];

  @Field(() => [String], { description: 'Domains that it is shared with; may be empty.' })
  domains: readonly string[];

  @Field(() => [String], { description: 'Addresses that it is shared with; may be empty.' })
  emails: readonly string[];

  @Field(() => [ID], { description: 'Groups that it is shared with; may be empty.' })
  groupIds: readonly string[];

  @Field(() => [String], { description: 'Labels of the file; may be empty.' })
  labels: readonly string[];

  @Field(() => JSONResolver, { nullable: true, description: 'Findings of content scans, as the upstream has them.' })
  dlpScanResults: unknown;
}

export const MCASFileConnection = createConnectionType<MCASFile>('MCASFile', () => MCASFile);
