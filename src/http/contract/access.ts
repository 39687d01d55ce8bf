// The names of permissions, as pages and the description of the API know them.

export { permissions as permissionNames } from '../../core/organization/permission.ts';
