import type { RestApi } from './restApi.js';

/** As much of the gateway's schema as the documents of the bench select. */
export const naiveTypeDefs = `
  type Query { alerts(first: Int!): AlertList!  secureScore: SecureScore }
  type AlertList { nodes: [Alert!]! }
  type Alert {
    id: ID!  title: String  severity: String  status: String  assignedTo: String  serviceSource: String
    createdDateTime: String  lastUpdateDateTime: String  users: [User!]!
  }
  type User {
    id: ID!  displayName: String  userPrincipalName: String  riskyUser: RiskyUser
    riskEvents(first: Int!): RiskEventList!  mcasActivities(first: Int!): ActivityList!
  }
  type RiskyUser { riskLevel: String  riskState: String }
  type RiskEventList { nodes: [RiskEvent!]! }
  type RiskEvent { id: ID!  riskEventType: String  riskLevel: String  activityDateTime: String }
  type ActivityList { nodes: [Activity!]! }
  type Activity { id: ID!  timestamp: Float  actionType: String  appName: String }
  type SecureScore { currentScore: Float  maxScore: Float  controlScores: [ControlScore!]! }
  type ControlScore { controlName: String  score: Float  profile: Profile }
  type Profile { title: String  maxScore: Float }
`;

type First = { readonly first: number };
type Page = { readonly value: readonly object[] };
type Alert = { readonly evidence: readonly { readonly userAccount?: { readonly azureAdUserId: string | null } }[] };
type User = { readonly id: string; readonly userPrincipalName: string };

/** Each field is one call, made for each object that has it. */
export const naiveResolvers = {
  Query: {
    alerts: async (_: unknown, { first }: First, api: RestApi) => {
      const page = await api.graph<Page>(`security/alerts_v2?$top=${first}&$orderby=createdDateTime desc`);
      return { nodes: page?.value };
    },
    secureScore: async (_: unknown, _args: unknown, api: RestApi) =>
      (await api.graph<Page>('security/secureScores?$top=1'))?.value[0],
  },
  Alert: {
    users: async ({ evidence }: Alert, _args: unknown, api: RestApi) => {
      const ids = new Set(evidence.flatMap(({ userAccount }) => userAccount?.azureAdUserId ?? []));
      const users = await Promise.all([...ids].map((id) => api.graph<User>(`users/${id}`)));
      return users.filter((user) => user !== null);
    },
  },
  User: {
    riskyUser: ({ id }: User, _args: unknown, api: RestApi) => api.graph(`identityProtection/riskyUsers/${id}`),
    riskEvents: async ({ id }: User, { first }: First, api: RestApi) => {
      const filter = `userId eq '${id}'`;
      const page = await api.graph<Page>(`identityProtection/riskDetections?$filter=${filter}&$top=${first}`);
      return { nodes: page?.value };
    },
    mcasActivities: async ({ userPrincipalName }: User, { first }: First, api: RestApi) => ({
      nodes: await api.activities(userPrincipalName, first),
    }),
  },
  Activity: { id: ({ _id }: { readonly _id: string }) => _id },
  ControlScore: {
    profile: ({ controlName }: { readonly controlName: string }, _args: unknown, api: RestApi) =>
      api.graph(`security/secureScoreControlProfiles/${encodeURIComponent(controlName)}`),
  },
};
