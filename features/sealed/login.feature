@phone @display @sealed @uses-device
Feature: Logging in with a sealed code display
  What a login shows of a device whose key the lab does not know.

  Background:
    Given my code display is activated

  Scenario: Its login asks for three things in their order
    When I open the app
    And I tap "Log in" on the screen "MitID"
    Then the screen "Log in with MitID" asks for "User ID", "Code" and "Password", in this order [H.9]

  Scenario: Its code alone does not log in
    When I log in with a new code and no password
    Then the login is refused [S5.C.6b]

  Scenario: Its code with a wrong password does not log in
    When I log in with a new code and a wrong password
    Then the login is refused [S5.C.6b]

  @two-phones
  Scenario: Its code in two sessions at once
    When I log in on two phones at once with the same code
    Then exactly one of them is logged in [SP800-63B-3.1.4]

  @two-phones @uses-lock
  Scenario: Wrong codes are counted over sessions and phones
    When I enter wrong codes at 2 logins
    And I enter a wrong code at a login on the other phone
    And I log in with the password and a new code
    Then I am blocked [RFC4226-7.3]

  Scenario: A right code begins the count anew
    When I enter wrong codes at 2 logins
    And I log in with the password and a new code
    And I enter wrong codes at 2 logins
    And I log in with the password and a new code
    Then I am logged in [RFC4226-7.3]

  @uses-lock
  Scenario: The last but one wrong code leaves it in use
    When I enter wrong codes until one more would block my device for good
    And I log in with the password and a new code
    Then I am logged in [H.4]

  @uses-lock @uses-block
  Scenario: Too many wrong codes block it for good, and no time brings it back
    When I enter wrong codes until my device is blocked for good
    And I log in with the password and a new code
    Then the screen "Log in with MitID" reads "The MitID code display/audio code reader is blocked for good. Order a new one." [SP800-63B-3.2.2]
    When the time of the block goes by
    And I log in with the password and a new code
    Then the screen "Log in with MitID" reads "The MitID code display/audio code reader is blocked for good. Order a new one." [H.4]

  @app @two-phones @sms @uses-app
  Scenario: A lost phone leaves it in use
    Given my app is activated on this phone
    When I log in with the password and a new code on the other phone
    Then I am logged in on the other phone [S5.N.1]
    When I tap "My phone is lost" on the other phone
    Then "What you lost is blocked" is shown on the other phone [S5.N.2]
    When I log in with the password and a new code on the other phone
    Then I am logged in on the other phone [S5.N.2]
