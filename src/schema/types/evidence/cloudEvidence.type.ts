import { JSONResolver } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { googleCloudLocationType, kubernetesPlatform } from '../../enums/evidence.enums.js';
import { DateTime } from '../../scalars/dateTime.js';
import { AlertEvidence } from './alertEvidence.type.js';
import { FileHashEvidence } from './endpointEvidence.type.js';
import { IpEvidence } from './networkEvidence.type.js';

@ObjectType({ description: 'A resource in Azure.', implements: AlertEvidence, simpleResolvers: true })
export class AzureResourceEvidence extends AlertEvidence {
  declare readonly __typename: 'AzureResourceEvidence';

  @Field(() => ID, { nullable: true, description: 'Resource id, a path that begins with `/subscriptions/`.' })
  resourceId: string | null;

  @Field(() => String, { nullable: true, description: 'Name.' })
  resourceName: string | null;

  @Field(() => String, { nullable: true, description: 'Type.' })
  resourceType: string | null;
}

@ObjectType({ description: 'A resource in Amazon Web Services.', implements: AlertEvidence, simpleResolvers: true })
export class AmazonResourceEvidence extends AlertEvidence {
  declare readonly __typename: 'AmazonResourceEvidence';

  @Field(() => ID, { nullable: true, description: 'Account.' })
  amazonAccountId: string | null;

  @Field(() => ID, { nullable: true, description: 'Resource name (ARN).' })
  amazonResourceId: string | null;

  @Field(() => String, { nullable: true, description: 'Name.' })
  resourceName: string | null;

  @Field(() => String, { nullable: true, description: 'Type.' })
  resourceType: string | null;
}

@ObjectType({ description: 'A resource in Google Cloud.', implements: AlertEvidence, simpleResolvers: true })
export class GoogleCloudResourceEvidence extends AlertEvidence {
  declare readonly __typename: 'GoogleCloudResourceEvidence';

  @Field(() => String, { nullable: true, description: 'Full resource name.' })
  fullResourceName: string | null;

  @Field(() => String, { nullable: true, description: 'Region or zone.' })
  location: string | null;

  @Field(() => googleCloudLocationType.type, { nullable: true, description: 'Kind of location.' })
  locationType: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `locationType`." })
  rawLocationType: string | null;

  @Field(() => ID, { nullable: true, description: 'Project.' })
  projectId: string | null;

  @Field(() => ID, { nullable: true, description: 'Number of the project, 64 bits as text.' })
  projectNumber: string | null;

  @Field(() => String, { nullable: true, description: 'Name.' })
  resourceName: string | null;

  @Field(() => String, { nullable: true, description: 'Type.' })
  resourceType: string | null;
}

@ObjectType({ description: 'A container of Azure Blob Storage.', implements: AlertEvidence, simpleResolvers: true })
export class BlobContainerEvidence extends AlertEvidence {
  declare readonly __typename: 'BlobContainerEvidence';

  @Field(() => String, { nullable: true, description: 'Name.' })
  name: string | null;

  @Field(() => AzureResourceEvidence, { nullable: true, description: 'Storage account.' })
  storageResource: AzureResourceEvidence | null;

  @Field(() => String, { nullable: true, description: 'URL.' })
  url: string | null;
}

@ObjectType({ description: 'A blob of Azure Blob Storage.', implements: AlertEvidence, simpleResolvers: true })
export class BlobEvidence extends AlertEvidence {
  declare readonly __typename: 'BlobEvidence';

  @Field(() => BlobContainerEvidence, { nullable: true, description: 'Its container.' })
  blobContainer: BlobContainerEvidence | null;

  @Field(() => String, { nullable: true, description: 'Version tag.' })
  etag: string | null;

  @Field(() => [FileHashEvidence], { description: 'Hashes of the content; may be empty.' })
  fileHashes: readonly FileHashEvidence[];

  @Field(() => String, { nullable: true, description: 'Name.' })
  name: string | null;

  @Field(() => String, { nullable: true, description: 'URL.' })
  url: string | null;
}

@ObjectType({
  description: 'A shared access signature of Azure Storage; without the signature itself.',
  implements: AlertEvidence,
  simpleResolvers: true,
})
export class SasTokenEvidence extends AlertEvidence {
  declare readonly __typename: 'SasTokenEvidence';

  @Field(() => String, { nullable: true, description: 'Addresses that may use it.' })
  allowedIpAddresses: string | null;

  @Field(() => [String], { description: 'Resource types that it opens; may be empty.' })
  allowedResourceTypes: readonly string[];

  @Field(() => [String], { description: 'Services that it opens; may be empty.' })
  allowedServices: readonly string[];

  @Field(() => DateTime, { nullable: true, description: 'When it ends.' })
  expiryDateTime: string | null;

  @Field(() => [String], { description: 'What it permits; may be empty.' })
  permissions: readonly string[];

  @Field(() => String, { nullable: true, description: 'Protocol that it demands.' })
  protocol: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 hash of the signature.' })
  signatureHash: string | null;

  @Field(() => String, { nullable: true, description: 'Key that signed it.' })
  signedWith: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it begins.' })
  startDateTime: string | null;

  @Field(() => AzureResourceEvidence, { nullable: true, description: 'Storage account.' })
  storageResource: AzureResourceEvidence | null;
}

@ObjectType({ description: 'A container registry.', implements: AlertEvidence, simpleResolvers: true })
export class ContainerRegistryEvidence extends AlertEvidence {
  declare readonly __typename: 'ContainerRegistryEvidence';

  @Field(() => String, { nullable: true, description: 'URI of the registry.' })
  registry: string | null;
}

@ObjectType({ description: 'A container image.', implements: AlertEvidence, simpleResolvers: true })
export class ContainerImageEvidence extends AlertEvidence {
  declare readonly __typename: 'ContainerImageEvidence';

  @Field(() => ContainerImageEvidence, { nullable: true, description: 'The same image by digest.' })
  digestImage: ContainerImageEvidence | null;

  @Field(() => String, { nullable: true, description: 'Id of the image.' })
  imageId: string | null;

  @Field(() => ContainerRegistryEvidence, { nullable: true, description: 'Registry that holds it.' })
  registry: ContainerRegistryEvidence | null;
}

@ObjectType({ description: 'A container.', implements: AlertEvidence, simpleResolvers: true })
export class ContainerEvidence extends AlertEvidence {
  declare readonly __typename: 'ContainerEvidence';

  @Field(() => [String], { description: 'Arguments; may be empty.' })
  args: readonly string[];

  @Field(() => [String], { description: 'Command; may be empty.' })
  command: readonly string[];

  @Field(() => ID, { nullable: true, description: 'Id of the container.' })
  containerId: string | null;

  @Field(() => ContainerImageEvidence, { nullable: true, description: 'Image.' })
  image: ContainerImageEvidence | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it runs privileged.' })
  isPrivileged: boolean | null;

  @Field(() => String, { nullable: true, description: 'Name.' })
  name: string | null;

  @Field(() => JSONResolver, { nullable: true, description: 'Kubernetes pod that runs it, as the upstream sent it.' })
  pod: unknown;
}

@ObjectType({ description: 'A Kubernetes cluster.', implements: AlertEvidence, simpleResolvers: true })
export class KubernetesClusterEvidence extends AlertEvidence {
  declare readonly __typename: 'KubernetesClusterEvidence';

  @Field(() => AlertEvidence, { nullable: true, description: 'Cloud resource of the cluster.' })
  cloudResource: AlertEvidence | null;

  @Field(() => String, { nullable: true, description: 'Distribution.' })
  distribution: string | null;

  @Field(() => String, { nullable: true, description: 'Name.' })
  name: string | null;

  @Field(() => kubernetesPlatform.type, { nullable: true, description: 'Platform that runs it.' })
  platform: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `platform`." })
  rawPlatform: string | null;

  @Field(() => String, { nullable: true, description: 'Version.' })
  version: string | null;
}

@ObjectType({ description: 'A namespace of a Kubernetes cluster.', implements: AlertEvidence, simpleResolvers: true })
export class KubernetesNamespaceEvidence extends AlertEvidence {
  declare readonly __typename: 'KubernetesNamespaceEvidence';

  @Field(() => KubernetesClusterEvidence, { nullable: true, description: 'Its cluster.' })
  cluster: KubernetesClusterEvidence | null;

  @Field(() => JSONResolver, { nullable: true, description: 'Labels.' })
  labels: unknown;

  @Field(() => String, { nullable: true, description: 'Name.' })
  name: string | null;
}

@ObjectType({ description: 'A Kubernetes pod.', implements: AlertEvidence, simpleResolvers: true })
export class KubernetesPodEvidence extends AlertEvidence {
  declare readonly __typename: 'KubernetesPodEvidence';

  @Field(() => [ContainerEvidence], { description: 'Containers; may be empty.' })
  containers: readonly ContainerEvidence[];

  @Field(() => JSONResolver, { nullable: true, description: 'Controller, as the upstream sent it.' })
  controller: unknown;

  @Field(() => [ContainerEvidence], { description: 'Ephemeral containers; may be empty.' })
  ephemeralContainers: readonly ContainerEvidence[];

  @Field(() => [ContainerEvidence], { description: 'Init containers; may be empty.' })
  initContainers: readonly ContainerEvidence[];

  @Field(() => JSONResolver, { nullable: true, description: 'Labels.' })
  labels: unknown;

  @Field(() => String, { nullable: true, description: 'Name.' })
  name: string | null;

  @Field(() => KubernetesNamespaceEvidence, { nullable: true, description: 'Its namespace.' })
  namespace: KubernetesNamespaceEvidence | null;

  @Field(() => IpEvidence, { nullable: true, description: 'Address.' })
  podIp: IpEvidence | null;

  @Field(() => JSONResolver, { nullable: true, description: 'Service account, as the upstream sent it.' })
  serviceAccount: unknown;
}
