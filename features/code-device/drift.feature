@phone @display @uses-device
Feature: A clock that drifts is followed, and not for ever
  RFC 6238 section 6: the service may keep how far a device's clock is off, and look about that; how far is limited. The
  profile says by how many time steps.

  Scenario: A clock that gains a step from login to login
    Given a code display that holds its test key and the right time
    And my code display is activated
    Then codes of a clock that gains a step at a time are taken as far as the profile says [RFC6238-6]
