/** What a portal shows first: 50 alerts. */
export const listDocument =
  '{ alerts(first: 50) { nodes { id title severity status assignedTo serviceSource createdDateTime lastUpdateDateTime } } }';

/** The same alerts with their people, what is known of each, and the score: four upstreams in one answer. */
export const joinedDocument = `{
  alerts(first: 50) {
    nodes {
      id title severity status
      users {
        id displayName userPrincipalName
        riskyUser { riskLevel riskState }
        riskEvents(first: 5) { nodes { id riskEventType riskLevel activityDateTime } }
        mcasActivities(first: 5) { nodes { id timestamp actionType appName } }
      }
    }
  }
  secureScore { currentScore maxScore controlScores { controlName score profile { title maxScore } } }
}`;

/** Our alerts with a field of another subgraph. */
export const costCentreDocument = '{ alerts(first: 50) { nodes { id title users { displayName costCentre } } } }';
