/** A web address without what every one begins with, for people to read. Pure. */
export const bareAddress = (address: string) => address.replace(/^https?:\/\//, '').replace(/\/$/, '');
