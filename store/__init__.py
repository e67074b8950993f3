"""What the service remembers: one database, one repository per aggregate."""
