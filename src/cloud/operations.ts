/** The operations of the cloud's API that are called here (API version 2024-09-10), under the names that it gives them. */
export const operations = {
  createVersion: 'CreateEdgeContainerAppVersion',
  getVersion: 'GetEdgeContainerAppVersion',
  listVersions: 'ListEdgeContainerAppVersions',
  deleteVersion: 'DeleteEdgeContainerAppVersion',
  getApp: 'GetEdgeContainerApp',
  getAppStatus: 'GetEdgeContainerAppStatus',
} as const;
