"""WeChat Pay: the APIs of version 3 and version 2, each behind the port of payments."""
