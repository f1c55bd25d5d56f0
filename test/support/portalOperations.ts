/** What a session of the portal has on its screen, from which the next click is taken. */
export interface Screen {
  /** Ids of alerts, as the last list showed them. */
  alertIds: readonly string[];
  /** Object ids of users, as the last alert or list named them. */
  userIds: readonly string[];
  incidentIds: readonly string[];
}

export interface PortalOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

export interface PortalChoice {
  readonly name: string;
  /** How often it is chosen, relative to the others. */
  readonly weight: number;
  /** Undefined while nothing on the screen can be clicked for it. */
  readonly build: (screen: Screen, tools: Tools) => PortalOperation | undefined;
  /** What the answer puts on the screen. */
  readonly show?: (data: any) => Partial<Screen>;
}

export interface Tools {
  readonly pick: <T>(items: readonly T[]) => T | undefined;
  /** What stands further up is clicked more, by Zipf's law. */
  readonly click: (ids: readonly string[]) => string | undefined;
  /** RFC 3339, some days ago at a full hour, as date pickers give it. */
  readonly daysAgo: (days: number) => string;
}

const joined = /* GraphQL */ `
  query AlertsJoined {
    alerts(first: 50) {
      nodes {
        id title severity status
        evidence {
          __typename verdict
          ... on UserEvidence { userAccount { userPrincipalName } }
          ... on DeviceEvidence { deviceDnsName }
          ... on IpEvidence { ipAddress }
        }
        users {
          id displayName userPrincipalName
          riskyUser { riskLevel riskState }
          riskEvents(first: 5) { nodes { id riskEventType riskLevel activityDateTime } }
          mcasActivities(first: 5) { nodes { id timestamp actionType appName } }
        }
      }
    }
    secureScore { currentScore maxScore controlScores { controlName score profile { title maxScore } } }
  }
`;

const alertList = /* GraphQL */ `
  query AlertList($filter: AlertFilter, $orderBy: AlertOrder, $after: String) {
    alerts(filter: $filter, orderBy: $orderBy, first: 50, after: $after) {
      nodes { id title severity status assignedTo createdDateTime users { id displayName } }
      pageInfo { hasNextPage endCursor }
      info { asOf source stale }
    }
  }
`;

const alertDetail = /* GraphQL */ `
  query AlertDetail($id: ID!) {
    alert(id: $id) {
      id title description severity status comments { comment }
      incident { id displayName status }
      users { id displayName department riskyUser { riskLevel } }
      devices { id displayName }
      riskEvents(first: 10) { nodes { id riskEventType activityDateTime } }
      mcasActivities(first: 10) { nodes { id timestamp actionType } info { truncated } }
    }
  }
`;

const userPage = /* GraphQL */ `
  query UserPage($id: ID!, $from: DateTime) {
    user(id: $id) {
      id displayName userPrincipalName jobTitle department accountEnabled
      alerts(first: 20, from: $from) { nodes { id title severity status } }
      riskyUser { riskLevel riskState riskDetail }
      riskEvents(first: 20) { nodes { id riskEventType riskLevel } }
      mcasActivities(first: 20) { nodes { id timestamp actionType appName } info { truncated } }
      timeline(first: 20, from: $from, kinds: [ALERT, RISK_EVENT]) { edges { node { __typename occurredAt } } }
    }
  }
`;

const riskyUsers = /* GraphQL */ `
  query RiskyUsers($filter: RiskyUserFilter) {
    riskyUsers(filter: $filter, first: 50) {
      nodes { id riskLevel riskState riskLastUpdatedDateTime user { id displayName department } }
      totalCount
    }
  }
`;

const riskEvents = /* GraphQL */ `
  query RiskEvents($filter: RiskEventFilter) {
    riskEvents(filter: $filter, first: 50) {
      nodes { id riskEventType riskLevel riskState activityDateTime userId user { id displayName } }
      totalCount
    }
  }
`;

const secureScore = /* GraphQL */ `
  query SecureScore {
    secureScore { currentScore maxScore controlScores { controlName score profile { id title maxScore } } }
    secureScores(first: 30) { nodes { id createdDateTime currentScore } }
  }
`;

const incidentList = /* GraphQL */ `
  query Incidents($filter: IncidentFilter) {
    incidents(filter: $filter, first: 50) {
      nodes { id displayName severity status assignedTo lastUpdateDateTime }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

const incidentPage = /* GraphQL */ `
  query IncidentPage($id: ID!) {
    incident(id: $id) {
      id displayName severity status comments { comment }
      alerts(first: 20) { nodes { id title severity status } }
    }
  }
`;

const alertStats = /* GraphQL */ `
  query Trend($from: DateTime!, $to: DateTime!) {
    alertStats(metric: CREATED, interval: DAY, groupBy: SEVERITY, from: $from, to: $to) {
      total buckets { start severity count }
    }
  }
`;

const updateAlert = /* GraphQL */ `
  mutation TakeUp($input: UpdateAlertInput!) {
    updateAlert(input: $input) { alert { id status assignedTo } errors { code } }
  }
`;

const filters = [
  {},
  { severity: { in: ['HIGH'] } },
  { status: { in: ['NEW'] }, severity: { in: ['HIGH', 'MEDIUM'] } },
  { serviceSource: { in: ['MICROSOFT_DEFENDER_FOR_ENDPOINT'] } },
] as const;

/** What people do in a portal, by how often they do it: mostly looking at alerts and whom they name. */
export const portalChoices: readonly PortalChoice[] = [
  { name: 'fifty alerts joined', weight: 12, build: () => ({ query: joined, variables: {} }), show: showAlerts },
  {
    name: 'alerts by filter',
    weight: 24,
    build: (_screen, { pick, daysAgo }) => ({
      query: alertList,
      variables: {
        filter: { ...pick(filters), createdDateTime: { ge: daysAgo(pick([1, 7, 28]) ?? 7) } },
        orderBy: pick(['CREATED_DESC', 'CREATED_DESC', 'LAST_UPDATE_DESC']),
      },
    }),
    show: showAlerts,
  },
  {
    name: 'one alert',
    weight: 22,
    build: ({ alertIds }, { click }) => clicked(alertDetail, click(alertIds)),
    show: ({ alert }) => ({ userIds: idsOf(alert?.users) }),
  },
  {
    name: 'one user',
    weight: 12,
    build: ({ userIds }, { click, daysAgo }) => clicked(userPage, click(userIds), { from: daysAgo(28) }),
  },
  {
    name: 'risky users',
    weight: 6,
    build: (_screen, { pick }) => ({
      query: riskyUsers,
      variables: { filter: pick([{}, { riskLevel: { in: ['HIGH'] } }, { riskState: { in: ['AT_RISK'] } }]) },
    }),
    show: ({ riskyUsers: list }) => ({ userIds: idsOf(list?.nodes) }),
  },
  {
    name: 'risk events',
    weight: 4,
    build: (_screen, { pick }) => ({
      query: riskEvents,
      variables: { filter: pick([{}, { riskLevel: { in: ['HIGH', 'MEDIUM'] } }]) },
    }),
  },
  { name: 'secure score', weight: 4, build: () => ({ query: secureScore, variables: {} }) },
  {
    name: 'incidents',
    weight: 8,
    build: (_screen, { pick, daysAgo }) => ({
      query: incidentList,
      variables: { filter: { ...pick([{}, { status: { in: ['ACTIVE'] } }]), lastUpdateDateTime: { ge: daysAgo(14) } } },
    }),
    show: ({ incidents }) => ({ incidentIds: idsOf(incidents?.nodes) }),
  },
  {
    name: 'one incident',
    weight: 2,
    build: ({ incidentIds }, { click }) => clicked(incidentPage, click(incidentIds)),
    show: ({ incident }) => ({ alertIds: idsOf(incident?.alerts?.nodes) }),
  },
  {
    name: 'trend of alerts',
    weight: 5,
    build: (_screen, { daysAgo }) => ({ query: alertStats, variables: { from: daysAgo(28), to: daysAgo(0) } }),
  },
  {
    name: 'taking an alert up',
    weight: 1,
    build: ({ alertIds }, { click }) => {
      const id = click(alertIds);
      return id === undefined ? undefined : { query: updateAlert, variables: { input: { id, status: 'IN_PROGRESS' } } };
    },
  },
];

function clicked(query: string, id: string | undefined, further: Record<string, unknown> = {}) {
  return id === undefined ? undefined : { query, variables: { id, ...further } };
}

function showAlerts({ alerts }: any): Partial<Screen> {
  return { alertIds: idsOf(alerts?.nodes), userIds: idsOf(alerts?.nodes.flatMap((alert: any) => alert.users ?? [])) };
}

function idsOf(rows: readonly { readonly id: string }[] | null | undefined): string[] {
  return [...new Set((rows ?? []).map(({ id }) => id))];
}
