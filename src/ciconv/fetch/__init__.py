"""The only place with network: files of other projects, orbs, schemas. Loaded when asked for."""

from ciconv.fetch.online import Online as Online
from ciconv.fetch.online import online as online
