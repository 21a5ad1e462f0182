"""Handing over: what somebody who leaves owned goes to a successor."""
