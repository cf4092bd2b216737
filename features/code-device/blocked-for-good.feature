@phone @display @uses-device @uses-lock
Feature: Too many wrong codes in a row block a device for good
  However long the blocks between them: so many wrong codes and no right one, as the profile says.

  Background:
    Given a code display that holds its test key and the right time
    And my code display is activated

  @uses-block
  Scenario: The right code no longer helps
    When I enter wrong codes until my device is blocked for good
    And I log in with the password and a new code
    Then the screen "Log in with MitID" reads "The MitID code display/audio code reader is blocked for good. Order a new one." [SP800-63B-3.2.2]

  Scenario: One wrong code fewer does not block it for good
    When I enter wrong codes until one more would block my device for good
    And I log in with the password and a new code
    Then I am logged in [H.4]

  @two-displays @uses-block
  Scenario: No time brings it back, and a new one is ordered
    Given another code display that holds its test key and the right time
    When I enter wrong codes until my device is blocked for good
    And the time of the block goes by
    And I log in with the password and a new code
    Then the screen "Log in with MitID" reads "The MitID code display/audio code reader is blocked for good. Order a new one." [H.4]
    Given step 5 of the guide on the phone that scanned my passport
    When I select "Code display, audio code reader, or chip" on the screen "How do you want to authenticate with MitID?" and tap "Next"
    And I scroll down and tap "Select code display"
    And I tap "No, order"
    And I tap "Order"
    Then I see the message "Your order is received" [H.4]
    Given the other code display is activated
    When I log in with the password and a new code of the other code display
    Then I am logged in [H.4]
