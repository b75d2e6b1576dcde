"""WeChat Pay in versions 3 and 2, and WeChat's official accounts."""
