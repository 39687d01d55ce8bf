// Which home page somebody gets: pictures of a few sites, or tables of many clients.

/** As many sites fit on a page of pictures that one takes in at a glance. */
export const mostSitesAsPictures = 3;
/** A second client makes it a company; one owner beside the admin is a family. */
export const mostClientsAsPictures = 1;

export type Home = 'pictures' | 'tables';

/** Tables are for those who look after others: who may manage people, and has more than a household. */
export function homeOf(seen: {
  readonly managesPeople: boolean;
  readonly sites: number;
  readonly clients: number;
}): Home {
  const many = seen.sites > mostSitesAsPictures || seen.clients > mostClientsAsPictures;
  return seen.managesPeople && many ? 'tables' : 'pictures';
}
